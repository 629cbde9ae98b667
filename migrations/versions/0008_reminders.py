"""How people wish to be reminded, the phones that take pushes, the outbox, and links that answer one check-in.

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint("about IN ('check_in', 'after', 'code')", name=op.f("ck_message_about")),
        sa.CheckConstraint("channel IN ('push', 'mail')", name=op.f("ck_message_channel")),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'skipped', 'failed')", name=op.f("ck_message_state")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_message_clinic_id_patient_id_patient"),
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_message_clinic_id_clinic")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "clinic_id",
            "patient_id",
            "about",
            "key",
            "channel",
            name=op.f("uq_message_clinic_id_patient_id_about_key_channel"),
        ),
        sa.UniqueConstraint("stop_hash", name=op.f("uq_message_stop_hash")),
    )
    op.create_index(
        op.f("ix_message_clinic_id_state_try_at"), "message", ["clinic_id", "state", "try_at"], unique=False
    )
    op.create_table(
        "push_subscription",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(length=128), nullable=False),
        sa.Column("auth", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_push_subscription_clinic_id_patient_id_patient"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_push_subscription")),
    )
    op.create_index(
        op.f("ix_push_subscription_clinic_id_device_id"), "push_subscription", ["clinic_id", "device_id"], unique=False
    )
    op.create_index(
        op.f("ix_push_subscription_clinic_id_patient_id"),
        "push_subscription",
        ["clinic_id", "patient_id"],
        unique=False,
    )
    op.create_table(
        "reminder_choice",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("mail_address", sa.String(length=255), nullable=True),
        sa.Column("mail_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_reminder_choice_hour")),
        sa.CheckConstraint("quiet_from BETWEEN 0 AND 23", name=op.f("ck_reminder_choice_quiet_from")),
        sa.CheckConstraint("quiet_until BETWEEN 0 AND 23", name=op.f("ck_reminder_choice_quiet_until")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_reminder_choice_clinic_id_patient_id_patient"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "patient_id", name=op.f("pk_reminder_choice")),
    )
    op.create_index(
        op.f("ix_reminder_choice_clinic_id_look_at"), "reminder_choice", ["clinic_id", "look_at"], unique=False
    )
    op.create_table(
        "answer_link",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("instrument", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('baseline', 'before', 'after', 'check_in')", name=op.f("ck_answer_link_kind")),
        sa.ForeignKeyConstraint(
            ["clinic_id", "course_id"],
            ["course.clinic_id", "course.id"],
            name=op.f("fk_answer_link_clinic_id_course_id_course"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "message_id"],
            ["message.clinic_id", "message.id"],
            name=op.f("fk_answer_link_clinic_id_message_id_message"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patient.clinic_id", "patient.id"],
            name=op.f("fk_answer_link_clinic_id_patient_id_patient"),
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id", "session_id"],
            ["session.clinic_id", "session.id"],
            name=op.f("fk_answer_link_clinic_id_session_id_session"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_answer_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_answer_link_token_hash")),
    )
    op.create_index(
        op.f("ix_answer_link_clinic_id_patient_id"), "answer_link", ["clinic_id", "patient_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_answer_link_clinic_id_patient_id"), table_name="answer_link")
    op.drop_table("answer_link")
    op.drop_index(op.f("ix_reminder_choice_clinic_id_look_at"), table_name="reminder_choice")
    op.drop_table("reminder_choice")
    op.drop_index(op.f("ix_push_subscription_clinic_id_patient_id"), table_name="push_subscription")
    op.drop_index(op.f("ix_push_subscription_clinic_id_device_id"), table_name="push_subscription")
    op.drop_table("push_subscription")
    op.drop_index(op.f("ix_message_clinic_id_state_try_at"), table_name="message")
    op.drop_table("message")
