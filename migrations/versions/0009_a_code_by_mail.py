"""A code to share or erase may come by mail.

Revision: 0009
Follows: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ABOUT = ("check_in", "after", "code")


def upgrade() -> None:
    about(*ABOUT, "proof")


def downgrade() -> None:
    op.execute("DELETE FROM message WHERE about = 'proof'")
    about(*ABOUT)


def about(*words: str) -> None:
    """What a message may be about."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("message") as message:
        message.drop_constraint(op.f("ck_message_about"), type_="check")
        message.create_check_constraint(op.f("ck_message_about"), f"about IN ({listed})")
