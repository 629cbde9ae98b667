"""Gallery: the clinic's figures as its page shows them: drawings, words, tables, all from the one summary."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup

from tracker.charts import cohort, cohort_table, cohort_words
from tracker.charts.cohort_words import Frame
from tracker.charts.figure import Figure
from tracker.charts.svg_cohort import boxes_svg, responders_svg
from tracker.science.scales import CONDITIONS
from tracker.web.security import clinic

WIDTH = 460  # pixels the drawings are made for; the page scales them


@dataclass(frozen=True)
class Question:
    """What the page was asked for; anything unknown falls back on all."""

    anchor: str = "end"
    condition: str | None = None
    instrument: str | None = None
    group: str | None = None
    compare: str | None = None
    practitioner: str | None = None
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Question":
        """From the address, which holds no patient's data."""
        grouped = "group" if args.get("group") else None
        return cls(
            anchor="start" if args.get("anchor") == "start" else "end",
            condition=args.get("condition") if args.get("condition") in CONDITIONS else None,
            instrument=(args.get("instrument") or "").strip() or None,
            group=grouped,
            compare=(args.get("compare") or "").strip() or None if grouped else None,
            practitioner=(args.get("practitioner") or "").strip() or None,
            since=_day(args.get("since")),
            until=_day(args.get("until")),
        )

    def filters(self) -> dict[str, Any]:
        """For the service and for addresses: what was chosen."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Shown:
    """One figure on the page. `svg` is empty where only words and the table stand before Plotly comes."""

    title: str
    svg: Markup
    figure: Figure
    address: str | None


def of(summary: dict[str, Any], asked: Question) -> dict[str, Any]:
    """Everything the page shows of a summary."""
    frame = _frame(summary)
    address = url_for("clinic.change", **asked.filters())
    return {
        "summary": summary,
        "frame": frame,
        "groups": [_group(name, group, frame, asked) for name, group in summary["groups"].items()],
        "change": Shown("Change from the start", Markup(), change(summary), address),
        "compared": cohort_table.compared(summary["comparison"]) if summary["comparison"] else None,
    }


def _frame(summary: dict[str, Any]) -> Frame:
    """What every picture says of itself; of a synthetic clinic that it is made up."""
    return Frame.of(summary, synthetic=bool((clinic() or {}).get("synthetic")))


def _group(name: str, group: dict[str, Any], frame: Frame, asked: Question) -> dict[str, Any]:
    """One group with its sentence and its figures."""
    top, figures = cohort_words.top_line(group, frame), _figures(group, frame, asked)
    tables = {"windows": cohort_table.windows(group, frame), "start": cohort_table.start(group)}
    return {"name": name, "of": group, "top": top, "figures": figures, **tables}


def change(summary: dict[str, Any]) -> Figure:
    """Mean change by window, all groups in one picture."""
    return cohort.change(summary["groups"], _frame(summary))


def _figures(group: dict[str, Any], frame: Frame, asked: Question) -> list[Shown]:
    """Durability, responders, and the share by improvement."""
    return [
        Shown(
            "How long it lasted",
            Markup(boxes_svg(group, frame, WIDTH)),
            cohort.durability(group, frame),
            _address("durability", asked),
        ),
        Shown(
            "Who responded",
            Markup(responders_svg(group, frame, WIDTH)),
            cohort.responders(group, frame),
            _address("responders", asked),
        ),
        Shown("Share by improvement", Markup(), cohort.ecdf(group, frame), _address("ecdf", asked)),
    ]


def _address(name: str, asked: Question) -> str:
    return url_for("clinic_api.get_figure", name=name, **asked.filters())


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
