"""`flask instrument …`: the instruments of a clinic, the house list's and its own."""

from typing import Any

import click
from flask.cli import AppGroup

from tracker.charts.phrases import share
from tracker.cli import migrated, operator_of, polite
from tracker.science.scales import INSTRUMENTS, RESPONDER, Instrument
from tracker.services import declare
from tracker.web.database import session

instrument = AppGroup("instrument", help="What is scored: the house list, and what a clinic declares.")
of_clinic = click.option("--clinic", "slug", required=True, help="The clinic's short name.")


@instrument.command("declare")
@click.argument("code")
@of_clinic
@click.option("--min", "minimum", type=float, required=True, help="The least score.")
@click.option("--max", "maximum", type=float, required=True, help="The greatest score.")
@click.option("--better", type=click.Choice(["lower", "higher"]), required=True, help="Which direction is better.")
@click.option("--whole", is_flag=True, help="Whole scores only.")
@click.option("--days", is_flag=True, help="A count of days out of 28.")
@click.option("--recall", default="now", show_default=True, help="The stretch of time asked about, such as “7 days”.")
@click.option("--version", default="1", show_default=True, help="Changes when the questions change.")
@click.option("--name", help="What the clinic calls it, in a few words of its own.")
@click.option("--min-baseline", type=float, help="The least baseline on which a percent is judged.")
@click.option("--points", type=float, help="An important change, in its points.")
@click.option("--worse-points", type=float, help="The points a worsening needs as well.")
@click.option("--responder", type=float, default=RESPONDER, show_default=True, help="The share that makes a responder.")
@click.option("--source", help="Where these limits come from; needed as soon as there are any.")
@polite
@migrated
def declare_one(slug: str, **told: Any) -> None:
    """Declare an instrument of the clinic's own."""
    click.echo(line(declare.declare(session(), actor=operator_of(slug), instrument=Instrument(**told))))


@instrument.command("list")
@of_clinic
@polite
@migrated
def list_all(slug: str) -> None:
    """Print one line an instrument."""
    for one in declare.known(session(), actor=operator_of(slug)):
        click.echo(line(one))


def line(one: Instrument) -> str:
    """Everything about an instrument that a figure rests on."""
    limits = {"percent from": one.min_baseline, "important": one.points, "worse": one.worse_points}
    parts = [
        f"{one.code}{'' if one.code in INSTRUMENTS else ' (own)'}: {one.minimum:.15g} to {one.maximum:.15g}",
        "whole" if one.whole else "",
        f"{one.better} is better",
        one.recall,
        f"version {one.version}",
        f"responder {share(one.responder)}",
        *(f"{what} {limit:.15g}" for what, limit in limits.items() if limit is not None),
        one.name or "",
    ]
    return ", ".join(part for part in parts if part) + (f" [{one.source}]" if one.source else "")
