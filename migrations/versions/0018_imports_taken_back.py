"""What came of an import, and that it was taken back: sessions name their file, courses say that they count no more.

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BATCH = {
    "made": sa.JSON(none_as_null=True),
    "added": sa.JSON(none_as_null=True),
    "taken_back_at": sa.DateTime(timezone=True),
    "taken_back_by": sa.Uuid(),
}
OF_FILE = "fk_session_clinic_id_import_batch_id_import_batch"


def upgrade() -> None:
    for name, kind in BATCH.items():
        op.add_column("import_batch", sa.Column(name, kind, nullable=True))
    op.add_column("course", sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("session") as session:
        session.add_column(sa.Column("import_batch_id", sa.Uuid(), nullable=True))
        session.create_foreign_key(
            op.f(OF_FILE), "import_batch", ["clinic_id", "import_batch_id"], ["clinic_id", "id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("session") as session:
        session.drop_constraint(op.f(OF_FILE), type_="foreignkey")
        session.drop_column("import_batch_id")
    op.drop_column("course", "taken_back_at")
    for name in BATCH:
        op.drop_column("import_batch", name)
