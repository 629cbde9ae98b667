"""In which language the words of a signature were read; those of before were under the English ones.

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLE = "evidence_sign_off"
STANDS = sa.text("withdrawn_at IS NULL")
OLD, NEW = ("clinic_id", "record_id", "text_hash"), ("clinic_id", "record_id", "language", "text_hash")


def upgrade() -> None:
    _drop(OLD)
    with op.batch_alter_table(TABLE) as table:
        table.add_column(sa.Column("language", sa.String(length=8), nullable=False, server_default="en"))
    with op.batch_alter_table(TABLE) as table:
        table.alter_column("language", server_default=None)
    _create(NEW)


def downgrade() -> None:
    """What was signed in another language goes: without the language it would look like a signature in English."""
    op.execute(sa.text(f"DELETE FROM {TABLE} WHERE language <> 'en'"))
    _drop(NEW)
    with op.batch_alter_table(TABLE) as table:
        table.drop_column("language")
    _create(OLD)


def _drop(columns: tuple[str, ...]) -> None:
    op.drop_index(_named(columns), table_name=TABLE)


def _create(columns: tuple[str, ...]) -> None:
    op.create_index(_named(columns), TABLE, list(columns), unique=True, sqlite_where=STANDS, postgresql_where=STANDS)


def _named(columns: tuple[str, ...]) -> str:
    return op.f(f"ix_{TABLE}_{'_'.join(columns)}")
