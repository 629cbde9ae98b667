"""`flask token …`: what a clinic's programs show to be let in, made where no admin's role ends it."""

from uuid import UUID, uuid4

import click
from flask.cli import AppGroup

from tracker.cli import migrated, operator_of, polite
from tracker.services import token as tokens
from tracker.services.token import ROLES, SCOPES, TokenView
from tracker.web.database import session

token = AppGroup("token", help="What programs show to be let in.")
of_clinic = click.option("--clinic", "slug", required=True, help="The clinic's short name.")


@token.command("create")
@of_clinic
@click.option("--role", type=click.Choice(list(ROLES)), required=True, help="All that this role's programs may.")
@click.option("--scope", "scopes", type=click.Choice(SCOPES), multiple=True, help="Only this of it; may be repeated.")
@click.option("--name", default="command line", show_default=True, help="What the trail calls it.")
@click.option("--days", type=int, default=90, show_default=True, help="How long it is good for.")
@polite
@migrated
def create(slug: str, role: str, scopes: tuple[str, ...], name: str, days: int) -> None:
    """Print a new token; it is shown this once."""
    strangers = set(scopes) - set(ROLES[role])
    if strangers:
        raise click.UsageError(f"The role {role} holds no {', '.join(sorted(strangers))}.")
    chosen = scopes or ROLES[role]
    click.echo(tokens.make(session(), actor=operator_of(slug), id=uuid4(), name=name, scopes=chosen, days=days))


@token.command("list")
@of_clinic
@polite
@migrated
def list_all(slug: str) -> None:
    """Print one line a token, the newest first."""
    for one in tokens.listed(session(), actor=operator_of(slug)):
        click.echo(line(one))


@token.command("revoke")
@click.argument("id", type=click.UUID)
@of_clinic
@polite
@migrated
def revoke(id: UUID, slug: str) -> None:
    """Take one back: dead at its next request."""
    tokens.revoke(session(), actor=operator_of(slug), id=id)
    click.echo("Taken back.")


def line(one: TokenView) -> str:
    """Id, name, state, until when, what for."""
    return f"{one.id} {one.name}: {one.state}, until {one.expires_at:%Y-%m-%d}, {' '.join(one.scopes)}"
