"""Command line: one service call each. Exit status 0 done, 1 the data did not allow it, 2 wrong usage."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import make_url, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker.evidence import library
from tracker.exports import tidy
from tracker.exports.rows import told
from tracker.services import access, clock, demo, enrol, epoch, import_, keep, outcomes_file, summarise, take_back
from tracker.services.actor import Actor, operator
from tracker.services.errors import Invalid, NotFound, Refused
from tracker.services.views import ImportReport
from tracker.storage import Clinic
from tracker.web import health
from tracker.web.database import session

DAY = click.DateTime(formats=["%Y-%m-%d"])
REFUSED, WRONG = 1, 2
MIGRATE = "The database needs migrating: run `flask --app wsgi db upgrade` first."

clinic = AppGroup("clinic", help="Clinics.")
evidence = AppGroup("evidence", help="What studies found.")


def register(app: Flask) -> None:
    """Add every command."""
    for command in (outcomes, import_file, import_undo, recompute, clinic, evidence, demo_clinic, backup, restore):
        app.cli.add_command(command)


def polite(command: Callable[..., None]) -> Callable[..., None]:
    """Turn a refusal into one line on stderr and an exit status."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except outcomes_file.Usage as error:
            stop(error.message, WRONG)
        except Refused as error:
            stop(error.message)
        except OperationalError:
            stop("The database cannot be reached, or is busy.")

    return run


def stop(line: str, status: int = REFUSED) -> None:
    """One line on stderr, and out."""
    click.echo(line, err=True)
    raise click.exceptions.Exit(status)


def migrated(command: Callable[..., None]) -> Callable[..., None]:
    """Run only on a database that is up to date; say in one line when it is not."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        if not health.migrated():
            stop(MIGRATE)
        command(*args, **options)

    return run


@click.command("outcomes")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "out", type=click.Path(allow_dash=True), help="Write JSON there; - is the screen.")
@click.option(
    "--anchor", type=click.Choice(["end", "start"]), default="end", show_default=True, help="Day 0 of the months."
)
@click.option("--instrument", help="CODE, or CODE:MIN:MAX:lower or higher.")
@click.option("--group", help="The column to group by.")
@click.option("--compare", help="The group to compare with.")
@click.option("--as-of", type=DAY, help="As seen on that day; today unless named.")
@click.option("--bands", type=click.IntRange(0), help="Draw 95 % bands of durability with this seed.")
@click.option("--strict", is_flag=True, help="Refuse columns that are not known.")
@with_appcontext
@polite
def outcomes(file: Path, out: str | None, as_of: datetime | None, **options: Any) -> None:
    """Summarise the outcomes of a CSV, without any database."""
    found = outcomes_file.outcomes(file, as_of=as_of and as_of.date(), **options)
    if out is None:
        click.echo(outcomes_file.text(found), nl=False)
        return
    with click.open_file(out, "w", encoding="utf-8") as target:
        json.dump(found, target, ensure_ascii=False, allow_nan=False, indent=1)
        target.write("\n")


@evidence.command("check")
@click.option("--folder", type=click.Path(path_type=Path), default=library.HERE, help="Another library than our own.")
def evidence_check(folder: Path) -> None:
    """Look at every record: shape, identifiers, figures, both comparisons of each condition, what is past its date."""
    found = library.faults(folder, clock.now().date())
    for fault in found:
        click.echo(fault, err=True)
    if found:
        stop(f"{len(found)} {'fault' if len(found) == 1 else 'faults'}.")
    click.echo(f"{len(library.load(folder).records)} records, no fault.")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--clinic", "slug", required=True, help="The clinic's short name.")
@click.option("--mapping", type=click.Path(path_type=Path), help="A YAML file that says what the columns are.")
@click.option("--instrument", help="CODE:MIN:MAX:lower or higher, where the file holds one that is not known.")
@click.option("--day-zero", type=DAY, help="The date of day 0, where the file counts days.")
@click.option("--dry-run", is_flag=True, help="Say what would come, and write nothing.")
@click.option("--preview", is_flag=True, help="The same, and show the first rows as they are read.")
@click.option("--skip-bad", is_flag=True, help="Take the good rows.")
@with_appcontext
@polite
@migrated
def import_file(
    file: Path, slug: str, day_zero: datetime | None, skip_bad: bool, dry_run: bool, preview: bool, **options: Any
) -> None:
    """Take readings in from the tidy CSV, a workbook, or any table with a mapping: all of it, or nothing."""
    chosen = {"actor": operator_of(slug), "path": file, "day_zero": day_zero and day_zero.date()}
    only_told = dry_run or preview
    report = import_.import_file(session(), skip_bad=skip_bad, dry_run=only_told, **chosen, **options)
    if preview:
        click.echo("".join(tidy.write(report.sample)), nl=False)
    tell(report, only_told)
    if report.refusals and not skip_bad:
        stop(f"Nothing was imported: {len({r.line for r in report.refusals})} rows were refused.")
    if report.batch_id and not only_told:
        click.echo(f"Within a day it can be taken back: flask import-undo {report.batch_id} --clinic {slug}", err=True)


@click.command("import-undo")
@click.argument("batch", type=click.UUID)
@click.option("--clinic", "slug", required=True, help="The clinic's short name.")
@with_appcontext
@polite
@migrated
def import_undo(batch: UUID, slug: str) -> None:
    """Take an import of the last day back: nothing of it counts any more, nothing is deleted."""
    found = take_back.take_back(session(), actor=operator_of(slug), batch_id=batch)
    click.echo(f"Taken back: {', '.join(f'{n} {part}' for part, n in found.made.items())}.")


def tell(report: ImportReport, dry_run: bool) -> None:
    """What came of a file: warnings and refusals on stderr, the count on stdout."""
    for line in (*report.warnings, *told(report.refusals)):
        click.echo(line, err=True)
    if report.batch_id is not None:
        parts = ("patients", "courses", "sessions", "readings")
        counts = ", ".join(f"{getattr(report, part)} {part}" for part in parts)
        click.echo(f"{report.rows} rows; {'would be new' if dry_run else 'new'}: {counts}")


@click.command("recompute")
@click.option("--clinic", "slug", help="One clinic only.")
@click.option("--check", is_flag=True, help="Only say what differs; exit status 1 if anything does.")
@with_appcontext
@polite
@migrated
def recompute(slug: str | None, check: bool) -> None:
    """Rebuild outcome rows from the readings."""
    found = summarise.recompute(session(), clinic_slug=slug, check=check)
    for line in found:
        click.echo(line)
    if check and found:
        stop(f"{len(found)} outcome rows differ from their readings.")
    click.echo(f"{len(found)} outcome rows {'differ' if check else 'were rebuilt'}.")


@clinic.command("create")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--timezone", required=True, help="An IANA zone, such as Asia/Seoul.")
@click.option("--emergency-number", required=True)
@click.option("--admin", required=True, help="The admin's e-mail address.")
@polite
@migrated
def create(slug: str, name: str, timezone: str, emergency_number: str, admin: str) -> None:
    """Set up a clinic and print its admin's one-time link."""
    _, token = enrol.create_clinic(
        session(), slug=slug, name=name, timezone=timezone, emergency_number=emergency_number, admin_email=admin
    )
    click.echo(once(token))


@clinic.command("link")
@click.argument("slug")
@click.argument("email")
@polite
@migrated
def link(slug: str, email: str) -> None:
    """Print a fresh one-time link for a member of staff, such as an admin who is locked out."""
    who = operator_of(slug)
    found = next((one.id for one in access.team(session(), actor=who) if one.email == email.strip().lower()), None)
    if found is None:
        raise NotFound("unknown_person", "Nobody with this e-mail has a role in this clinic.")
    click.echo(once(access.issue_link(session(), actor=who, user_id=found)))


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
@polite
@migrated
def backup(file: Path) -> None:
    """Copy the whole store into a new file, while it is in use (SQLite)."""
    click.echo(f"{keep.backup(session(), to=file):,} bytes written.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
@polite
def restore(file: Path) -> None:
    """Put a backup into an empty data folder, migrate it, and let every phone offer again what it sent since."""
    keep.restore(file, to=store_file())
    flask_migrate.upgrade()
    epoch.renew(session())
    click.echo("Restored. Phones offer again what they sent since the backup. Erase again what was erased since then.")


def store_file() -> Path:
    """Where the SQLite file belongs."""
    url = make_url(current_app.config["SETTINGS"].database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Invalid("not_sqlite", keep.ONLY_SQLITE)
    return Path(url.database)


@click.group("demo", invoke_without_command=True, cls=AppGroup)
@click.pass_context
@with_appcontext
@polite
@migrated
def demo_clinic(context: click.Context) -> None:
    """Load the synthetic demo clinic, once."""
    if context.invoked_subcommand is None:
        loaded = demo.load(session(), now=clock.now())
        click.echo(f"{loaded.name} is loaded.")


@demo_clinic.command("links")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@polite
def links(as_json: bool) -> None:
    """Print fresh one-time sign-in links."""
    found = demo_links(session())
    if as_json:
        click.echo(json.dumps(found))
        return
    for who, url in found.items():
        click.echo(f"{who.replace('_', ' ')}: {url}")


def demo_links(db: Session) -> dict[str, str]:
    """Who → the address that signs them in once."""
    page = {"patient": "join"}
    return {who: once(token, page.get(who, "sign-in")) for who, token in demo.links(db, now=clock.now()).items()}


def once(token: str, page: str = "sign-in") -> str:
    """The token rides in the fragment: it reaches no server log, and a mail scanner's GET redeems nothing."""
    return f"{current_app.config['SETTINGS'].public_url.rstrip('/')}/{page}#{token}"


def operator_of(slug: str) -> Actor:
    """The command line, at one clinic."""
    id = session().scalar(select(Clinic.id).where(Clinic.slug == slug))
    if id is None:
        raise NotFound("unknown_clinic", "There is no such clinic.")
    return operator(id)
