"""The first tables: people, care, readings, outcomes, access; readings and the audit trail append-only.

Revision: 0001
Follows:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""
POSTGRESQL = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()"""


def append_only() -> None:
    """Readings and the audit trail are written once."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(POSTGRESQL_FUNCTION)
    text = SQLITE if sqlite else POSTGRESQL
    for table in ("reading", "audit_event"):
        for verb in ("update", "delete"):
            op.execute(text.format(table=table, verb=verb, VERB=verb.upper()))


def upgrade() -> None:
    op.create_table(
        "clinic",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("emergency_number", sa.String(length=32), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
        sa.UniqueConstraint("slug", name=op.f("uq_clinic_slug")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
    )
    op.create_table(
        "audit_event",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "actor_kind IN ('patient', 'staff', 'operator', 'device')", name=op.f("ck_audit_event_actor_kind")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_audit_event_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_clinic_id_at"), "audit_event", ["clinic_id", "at"], unique=False)
    op.create_index(
        op.f("ix_audit_event_clinic_id_subject_id"), "audit_event", ["clinic_id", "subject_id"], unique=False
    )

    op.create_table(
        "import_batch",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_import_batch_rows")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_import_batch_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "instrument",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("minimum", sa.Double(), nullable=False),
        sa.Column("maximum", sa.Double(), nullable=False),
        sa.Column("better", sa.String(length=8), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("recall", sa.String(length=64), nullable=False),
        sa.Column("min_baseline", sa.Double(), nullable=True),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("worse_points", sa.Double(), nullable=True),
        sa.Column("responder", sa.Double(), nullable=False),
        sa.CheckConstraint("better IN ('lower', 'higher')", name=op.f("ck_instrument_better")),
        sa.CheckConstraint("minimum < maximum", name=op.f("ck_instrument_range")),
        sa.CheckConstraint("responder > 0 AND responder <= 1", name=op.f("ck_instrument_responder")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_instrument_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "code", name=op.f("pk_instrument")),
    )
    op.create_table(
        "membership",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('front_desk', 'practitioner', 'clinic_admin')", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_membership_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id_user")),
        sa.PrimaryKeyConstraint("clinic_id", "user_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)

    op.create_table(
        "patient",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("initials", sa.String(length=16), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("sex", sa.String(length=8), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sex IN ('female', 'male', 'other')", name=op.f("ck_patient_sex")),
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2200", name=op.f("ck_patient_birth_year")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_patient_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_patient")),
        sa.UniqueConstraint("clinic_id", "code", name=op.f("uq_patient_clinic_id_code")),
    )
    op.create_table(
        "course",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("condition", sa.String(length=32), nullable=False),
        sa.Column("onset_on", sa.Date(), nullable=True),
        sa.Column("chronicity", sa.String(length=16), nullable=True),
        sa.Column("practitioner", sa.String(length=200), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.String(length=200), nullable=True),
        sa.Column("planned_sessions", sa.Integer(), nullable=True),
        sa.Column("planned_per_week", sa.Double(), nullable=True),
        sa.Column("group_label", sa.String(length=200), nullable=True),
        sa.Column("modality", sa.String(length=200), nullable=True),
        sa.Column("import_batch_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("chronicity IN ('acute', 'subacute', 'chronic')", name=op.f("ck_course_chronicity")),
        sa.CheckConstraint(
            "condition IN ('low_back', 'neck', 'knee_oa', 'headache', 'migraine', 'tension_headache', 'other_msk')",
            name=op.f("ck_course_condition"),
        ),
        sa.CheckConstraint("closed_on >= started_on", name=op.f("ck_course_closed_on")),
        sa.CheckConstraint("planned_per_week > 0 AND planned_per_week <= 14", name=op.f("ck_course_planned_per_week")),
        sa.CheckConstraint("planned_sessions BETWEEN 1 AND 1000", name=op.f("ck_course_planned_sessions")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "import_batch_id"],
            ["import_batch.clinic_id", "import_batch.id"],
            name=op.f("fk_course_clinic_id_import_batch_id_import_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_course_clinic_id_patient_id_patient"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_course_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_course")),
    )
    op.create_index(op.f("ix_course_clinic_id_condition"), "course", ["clinic_id", "condition"], unique=False)
    op.create_index(op.f("ix_course_clinic_id_patient_id"), "course", ["clinic_id", "patient_id"], unique=False)

    op.create_table(
        "device_session",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_device_session_clinic_id_patient_id_patient"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_device_session_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_device_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_session_token_hash")),
    )
    op.create_index(
        op.f("ix_device_session_clinic_id_patient_id"), "device_session", ["clinic_id", "patient_id"], unique=False
    )

    op.create_table(
        "sign_in_link",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(patient_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_sign_in_link_one_person")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_sign_in_link_clinic_id_patient_id_patient"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_sign_in_link_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_in_link_user_id_user")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
    )
    op.create_table(
        "outcome",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("start", sa.Double(), nullable=True),
        sa.Column("t0", sa.Double(), nullable=True),
        sa.Column("ended_on", sa.Double(), nullable=True),
        sa.Column("retreated", sa.Double(), nullable=True),
        sa.Column("baseline", sa.Double(), nullable=True),
        sa.Column("baseline_n", sa.Integer(), nullable=False),
        sa.Column("end", sa.Double(), nullable=True),
        sa.Column("end_before", sa.Boolean(), nullable=False),
        sa.Column("after_end_1", sa.Double(), nullable=True),
        sa.Column("after_end_3", sa.Double(), nullable=True),
        sa.Column("after_end_6", sa.Double(), nullable=True),
        sa.Column("after_end_9", sa.Double(), nullable=True),
        sa.Column("after_end_12", sa.Double(), nullable=True),
        sa.Column("after_start_1", sa.Double(), nullable=True),
        sa.Column("after_start_3", sa.Double(), nullable=True),
        sa.Column("after_start_6", sa.Double(), nullable=True),
        sa.Column("after_start_9", sa.Double(), nullable=True),
        sa.Column("after_start_12", sa.Double(), nullable=True),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("change", sa.Double(), nullable=True),
        sa.Column("loss_left", sa.Double(), nullable=True),
        sa.Column("loss_right", sa.Double(), nullable=True),
        sa.Column("unconfirmed", sa.Double(), nullable=True),
        sa.Column("unconfirmed_left", sa.Double(), nullable=True),
        sa.Column("last_seen", sa.Double(), nullable=True),
        sa.Column("weeks", sa.JSON(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("last_value", sa.Double(), nullable=True),
        sa.CheckConstraint("side IN ('left', 'right', 'both', 'none')", name=op.f("ck_outcome_side")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["course.clinic_id", "course.id"],
            name=op.f("fk_outcome_clinic_id_course_id_course"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "course_id", "instrument", "site", "side", name=op.f("pk_outcome")),
    )
    op.create_index(op.f("ix_outcome_clinic_id_instrument"), "outcome", ["clinic_id", "instrument"], unique=False)

    op.create_table(
        "place",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("side IN ('left', 'right', 'both', 'none')", name=op.f("ck_place_side")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["course.clinic_id", "course.id"],
            name=op.f("fk_place_clinic_id_course_id_course"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "course_id", "site", "side", name=op.f("pk_place")),
    )
    op.create_table(
        "session",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("number_that_day", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("modalities", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'reported', 'held', 'cancelled')", name=op.f("ck_session_state")),
        sa.CheckConstraint("number_that_day BETWEEN 1 AND 9", name=op.f("ck_session_number_that_day")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["course.clinic_id", "course.id"],
            name=op.f("fk_session_clinic_id_course_id_course"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_session")),
    )
    op.create_index(
        op.f("ix_session_clinic_id_course_id_held_on"), "session", ["clinic_id", "course_id", "held_on"], unique=False
    )

    op.create_table(
        "reaction",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("grade", sa.String(length=16), nullable=True),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("reported_by", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade IN ('mild', 'moderate', 'severe')", name=op.f("ck_reaction_grade")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["course.clinic_id", "course.id"],
            name=op.f("fk_reaction_clinic_id_course_id_course"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_reaction_clinic_id_patient_id_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "session_id"],
            ["session.clinic_id", "session.id"],
            name=op.f("fk_reaction_clinic_id_session_id_session"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_reaction")),
    )
    op.create_index(
        op.f("ix_reaction_clinic_id_course_id_occurred_on"),
        "reaction",
        ["clinic_id", "course_id", "occurred_on"],
        unique=False,
    )

    op.create_table(
        "reading",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("instrument", sa.String(length=64), nullable=False),
        sa.Column("instrument_version", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("items", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_offset", sa.Integer(), nullable=False),
        sa.Column("recorded_zone", sa.String(length=64), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_offset", sa.Double(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("device_seq", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(length=16), nullable=False),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("import_batch_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(instrument <> 'nrs_now' OR value BETWEEN 0 AND 10) AND (instrument <> 'nrs_week' OR value BETWEEN 0 AND 10) AND (instrument <> 'peg' OR value BETWEEN 0 AND 10) AND (instrument <> 'pgic' OR value BETWEEN 1 AND 7) AND (instrument <> 'headache_days' OR value BETWEEN 0 AND 28) AND (instrument <> 'medicine_days' OR value BETWEEN 0 AND 28)",
            name=op.f("ck_reading_value"),
        ),
        sa.CheckConstraint(
            "entered_by IN ('patient', 'assisted', 'staff', 'import')", name=op.f("ck_reading_entered_by")
        ),
        sa.CheckConstraint("kind <> 'after' OR session_id IS NOT NULL", name=op.f("ck_reading_after_has_session")),
        sa.CheckConstraint("kind IN ('baseline', 'before', 'after', 'check_in')", name=op.f("ck_reading_kind")),
        sa.CheckConstraint("side IN ('left', 'right', 'both', 'none')", name=op.f("ck_reading_side")),
        sa.CheckConstraint("NOT retracted OR supersedes IS NOT NULL", name=op.f("ck_reading_retracted_supersedes")),
        sa.CheckConstraint("retracted = (value IS NULL)", name=op.f("ck_reading_retracted_has_no_value")),
        sa.CheckConstraint("supersedes <> id", name=op.f("ck_reading_supersedes_another")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["course.clinic_id", "course.id"],
            name=op.f("fk_reading_clinic_id_course_id_course"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "import_batch_id"],
            ["import_batch.clinic_id", "import_batch.id"],
            name=op.f("fk_reading_clinic_id_import_batch_id_import_batch"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_reading_clinic_id_patient_id_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "session_id"],
            ["session.clinic_id", "session.id"],
            name=op.f("fk_reading_clinic_id_session_id_session"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "supersedes"],
            ["reading.clinic_id", "reading.id"],
            name=op.f("fk_reading_clinic_id_supersedes_reading"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_reading")),
    )
    op.create_index(op.f("ix_reading_clinic_id_course_id"), "reading", ["clinic_id", "course_id"], unique=False)

    append_only()


def downgrade() -> None:
    op.drop_table("reading")
    op.drop_table("reaction")
    op.drop_table("session")
    op.drop_table("place")
    op.drop_table("outcome")
    op.drop_table("sign_in_link")
    op.drop_table("device_session")
    op.drop_table("course")
    op.drop_table("patient")
    op.drop_table("membership")
    op.drop_table("instrument")
    op.drop_table("import_batch")
    op.drop_table("audit_event")
    op.drop_table("user")
    op.drop_table("clinic")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
