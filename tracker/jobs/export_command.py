"""`flask export`: readings or the outcome summary as files, with a line that tells how far it is."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.cli import migrated, operator_of, polite
from tracker.services import export
from tracker.services.export import Asked
from tracker.web.database import session


@click.command("export")
@click.argument("what", type=click.Choice(export.WHATS))
@click.option("--clinic", "slug", required=True, help="The clinic's short name.")
@click.option("--format", "format", type=click.Choice(export.FORMATS), default="csv", show_default=True)
@click.option(
    "--anchor", type=click.Choice(export.ANCHORS), default="end", show_default=True, help="Day 0 of the months."
)
@click.option("--deidentified", is_flag=True, help="Relative days, pseudonyms, small counts suppressed.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@with_appcontext
@polite
@migrated
def export_file(what: str, slug: str, format: str, anchor: str, deidentified: bool, out: Path) -> None:
    """Write readings or the outcome summary, with FILE.manifest.json and FILE.codebook.csv beside it."""
    asked = Asked(what, format, anchor, deidentified)
    with click.progressbar(length=1, label=what, file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        made = export.export(session(), actor=operator_of(slug), asked=asked, out=out, progress=progress)
    click.echo(f"{made.rows:,} rows in {out}; beside it {', '.join(file.name for file in made.files[1:])}")
