"""Roster: what the page of all courses asks and shows; practitioner.py has its views."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup

from tracker.charts.sparkline import sparkline_svg
from tracker.science.scales import CONDITIONS, Instrument
from tracker.services import review
from tracker.services.roster import SORTS
from tracker.services.scales import scales
from tracker.services.views import RosterRow
from tracker.storage.standing import STATES
from tracker.web import cursor, forms
from tracker.web.database import session
from tracker.web.security import actor

PAGE = 50
SHOWN = "attention"  # the order unless another is asked for
ORDER = {"attention": "Attention first", "entry": "Latest entry", "code": "Code"}
STATE = {"not_started": "Not started", "running": "Running", "ended": "Ended"}
REASON = {  # why somebody comes first; a flag describes arithmetic
    "serious": "Serious reaction",
    "sudden": "Sudden rise",
    "worsened": "Higher than before",
    "top": "Twice near the top of the scale",
    "reaction": "Reaction",
    "call": "Follow-up not answered",
    "ended": "Course ended",
    "review_due": "Review due",
}


@dataclass(frozen=True)
class Asked:
    """What the page is asked for. Only the words and the place in the list are no part of an address."""

    condition: str | None = None
    practitioner: str | None = None
    state: str | None = None
    sort: str = SHOWN
    search: str = ""
    after: str | None = None

    @classmethod
    def of(cls, told: Mapping[str, str], **more: Any) -> "Asked":
        """From an address or a form; what is unknown counts as not asked."""
        known = {"condition": CONDITIONS, "state": STATES, "sort": SORTS}
        chosen = {name: told.get(name) for name, words in known.items() if told.get(name) in words}
        return cls(practitioner=(told.get("practitioner") or "").strip()[:200] or None, **chosen, **more)  # type: ignore[arg-type]

    @property
    def filters(self) -> dict[str, Any]:
        """What an address holds."""
        told = {"condition": self.condition, "practitioner": self.practitioner, "state": self.state}
        order = {"sort": self.sort} if self.sort != SHOWN else {}
        return {name: value for name, value in told.items() if value} | order


@dataclass(frozen=True)
class Line:
    """One row with its drawing, and the days since the last entry."""

    row: RosterRow
    scale: Instrument
    spark: Markup
    ago: int | None


def asked() -> Asked:
    """What this request asks: the address says the filters, a form the words and the place as well."""
    if request.method == "GET":
        return Asked.of(request.args)
    return Asked.of(request.form, search=forms.text("search", 100) or "", after=cursor.opened(forms.text("after")))


def page(asked: Asked, on: date) -> str:
    """One page of the roster."""
    told = asked.filters | {"sort": asked.sort, "search": asked.search, "after": asked.after}
    found = review.roster(session(), actor=actor(), size=PAGE, **told)
    choices = {"conditions": CONDITIONS, "states": STATE, "orders": ORDER, "reasons": REASON}
    paging = {"next": cursor.sealed(found.next), "first": url_for("practitioner.roster", **asked.filters)}
    rows = list(lines(found.rows, scales(session(), actor=actor()), on))
    return render_template("clinic/roster.html", lines=rows, asked=asked, **choices, **paging)


def lines(rows: Sequence[RosterRow], known: Mapping[str, Instrument], on: date) -> Iterator[Line]:
    """The rows as the page shows them, each on the whole of its scale."""
    for row in rows:
        scale = known[row.instrument]
        spark = Markup(sparkline_svg(row.spark, low=scale.minimum, high=scale.maximum))
        yield Line(row, scale, spark, (on - row.entry_on).days if row.entry_on else None)
