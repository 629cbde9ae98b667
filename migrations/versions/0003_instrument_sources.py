"""What an instrument is called and where its limits come from; medicine days by class stay within 28 days.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RANGES = {
    **{"nrs_now": (0, 10), "nrs_week": (0, 10), "peg": (0, 10), "pgic": (1, 7)},
    **{"headache_days": (0, 28), "medicine_days": (0, 28)},
}
CLASSES = {f"medicine_days_{kind}": (0, 28) for kind in ("simple", "combination", "triptan", "opioid", "ergot")}

TRIGGER = """CREATE TRIGGER reading_no_{verb} BEFORE {VERB} ON reading
BEGIN SELECT RAISE(ABORT, 'reading is append-only'); END"""


def within(ranges: dict[str, tuple[int, int]]) -> None:
    """Hold readings to these ranges. SQLite rebuilds the table for it and loses the triggers that keep it append-only."""
    rules = (f"(instrument <> '{code}' OR value BETWEEN {low} AND {high})" for code, (low, high) in ranges.items())
    with op.batch_alter_table("reading") as batch:
        batch.drop_constraint(op.f("ck_reading_value"), type_="check")
        batch.create_check_constraint(op.f("ck_reading_value"), sa.text(" AND ".join(rules)))
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(TRIGGER.format(verb=verb, VERB=verb.upper()))


def upgrade() -> None:
    with op.batch_alter_table("instrument") as batch:
        batch.add_column(sa.Column("days", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("name", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("source", sa.Text(), nullable=True))
    with op.batch_alter_table("instrument") as batch:
        batch.alter_column("days", server_default=None)
    within(RANGES | CLASSES)


def downgrade() -> None:
    within(RANGES)
    with op.batch_alter_table("instrument") as batch:
        batch.drop_column("source")
        batch.drop_column("name")
        batch.drop_column("days")
