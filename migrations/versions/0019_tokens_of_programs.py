"""Tokens with which a clinic's programs ask; the trail knows them as actors.

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ACTORS = ("patient", "staff", "operator", "device")
CHECK = "ck_audit_event_actor_kind"
SQLITE = """CREATE TRIGGER audit_event_no_{verb} BEFORE {VERB} ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END"""
POSTGRESQL = """CREATE TRIGGER audit_event_no_{verb} BEFORE {VERB} ON audit_event
FOR EACH ROW EXECUTE FUNCTION refuse_change()"""


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_api_token_expires_at")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_api_token_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_api_token_created_by_user")),
        sa.ForeignKeyConstraint(["revoked_by"], ["user.id"], name=op.f("fk_api_token_revoked_by_user")),
        sa.PrimaryKeyConstraint("clinic_id", "id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    actors(*ACTORS, "token")


def downgrade() -> None:
    actors(*ACTORS, turned="UPDATE audit_event SET actor_kind = 'operator' WHERE actor_kind = 'token'")
    op.drop_table("api_token")


def actors(*words: str, turned: str | None = None) -> None:
    """Who may stand in the trail. The table is frozen: its triggers go while it changes, and come back."""
    for verb in ("update", "delete"):
        there = " ON audit_event" if _postgresql() else ""
        op.execute(f"DROP TRIGGER audit_event_no_{verb}{there}")
    if turned:
        op.execute(turned)
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("audit_event") as event:
        event.drop_constraint(op.f(CHECK), type_="check")
        event.create_check_constraint(op.f(CHECK), f"actor_kind IN ({listed})")
    for verb in ("update", "delete"):
        op.execute((POSTGRESQL if _postgresql() else SQLITE).format(verb=verb, VERB=verb.upper()))


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
