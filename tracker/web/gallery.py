"""Gallery: the clinic's figures as its page shows them: drawings, words, tables, all from the one summary."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import url_for
from markupsafe import Markup

from tracker.charts import clinic as figures
from tracker.charts import cohort_table, cohort_words
from tracker.charts.cohort_words import Frame
from tracker.charts.figure import Figure
from tracker.charts.provenance import Told
from tracker.evidence import arms
from tracker.evidence.library import library
from tracker.science import periods
from tracker.science.regression_to_mean import SENTENCE
from tracker.science.scales import CONDITIONS, MODALITIES
from tracker.science.windows import MONTHS
from tracker.services.overview import MONTH
from tracker.services.summarise import COMBINED
from tracker.web import published, selected
from tracker.web.security import clinic

WIDTH = 460  # pixels the drawings are made for; the page scales them


@dataclass(frozen=True)
class Question:
    """What the page was asked for; anything unknown falls back on all."""

    anchor: str = "end"
    period: str | None = None
    condition: str | None = None
    practitioner: str | None = None
    modality: str | None = None
    combined: str | None = None
    instrument: str | None = None
    group: str | None = None
    compare: str | None = None
    month: int = MONTH

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Question":
        """From the address, which holds no patient's data."""
        grouped = "group" if args.get("group") else None
        asked = {name: (args.get(name) or "").strip() or None for name in ("practitioner", "instrument", "period")}
        return cls(
            **asked | {"period": asked["period"] if periods.period(asked["period"] or "") else None},
            anchor="start" if args.get("anchor") == "start" else "end",
            condition=_known(args.get("condition"), CONDITIONS),
            modality=_known(args.get("modality"), MODALITIES),
            combined=_known(args.get("combined"), COMBINED),
            group=grouped,
            compare=(args.get("compare") or "").strip() or None if grouped else None,
            month=int(_known(args.get("month"), tuple(map(str, MONTHS))) or MONTH),
        )

    def filters(self) -> dict[str, Any]:
        """For the service and for addresses: what was chosen."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Shown:
    """One figure on the page: its drawing, its numbers, what stands beside them, and the files it can be kept as."""

    name: str
    title: str
    group: str
    svg: Markup
    figure: Figure
    about: Told
    address: str
    files: dict[str, str]


def of(summary: dict[str, Any], asked: Question) -> dict[str, Any]:
    """Everything the page shows of a summary."""
    frame = frame_of(summary)
    rates, sources = published.published(library())
    return {
        "summary": summary,
        "frame": frame,
        "groups": [_group(name, group, frame, asked) for name, group in summary["groups"].items()],
        "change": together(summary, asked),
        "compared": cohort_table.compared(summary["comparison"]) if summary["comparison"] else None,
        "beside": beside(summary),
        "published": rates,
        "sources": [record for id in sources if (record := library().get(id))],
        "apart": published.APART,
    }


def frame_of(summary: dict[str, Any]) -> Frame:
    """What every picture says of itself; of a synthetic clinic that it is made up."""
    chosen = selected.words(summary["selection"])
    return Frame.of(summary, period=chosen, synthetic=bool((clinic() or {}).get("synthetic")))


def _group(name: str, group: dict[str, Any], frame: Frame, asked: Question) -> dict[str, Any]:
    """One group with its sentence and its figures; a withheld one with the reason alone."""
    if "withheld" in group:
        return {"name": name, "withheld": group["withheld"]}
    return {
        "name": name,
        "withheld": None,
        "of": group,
        "top": cohort_words.top_line(group, frame, asked.month),
        "figures": [shown(one, name, group, frame, asked) for one in figures.SERVED],
        "windows": cohort_table.windows(group, frame),
        "asked": cohort_table.asked(group),
        "sustained": cohort_table.sustained(group),
        "start": cohort_table.start(group),
    }


def shown(name: str, label: str, group: dict[str, Any], frame: Frame, asked: Question) -> Shown:
    """One figure of one group."""
    return Shown(
        name,
        figures.TITLES[name],
        label,
        Markup(figures.svg(name, label, group, frame, asked.month, WIDTH)),
        figures.draw(name, label, group, frame, asked.month),
        figures.about(name, group, frame, asked.month),
        _address(name, asked),
        files(name, label, asked),
    )


def together(summary: dict[str, Any], asked: Question) -> Shown | None:
    """The change of all groups in one picture; None where every group is withheld."""
    open_ = figures.open_groups(summary)
    if not open_:
        return None
    frame = frame_of(summary)
    label = next(iter(open_))
    one = shown("change", label, open_[label], frame, asked)
    whole = change(summary)
    drawn = Markup(figures.plot_svg(whole, figures.TITLES["change"], WIDTH))
    return replace(one, figure=whole, svg=drawn, group="")


def _address(name: str, asked: Question) -> str:
    """Where Plotly's figure comes from."""
    if name == "change":
        return url_for("clinic.change", **asked.filters())
    return url_for("clinic_api.get_figure", name=name, **asked.filters())


def change(summary: dict[str, Any]) -> Figure:
    """Mean change by window, all open groups in one picture."""
    return figures.change(figures.open_groups(summary), frame_of(summary))


def files(name: str, label: str, asked: Question) -> dict[str, str]:
    """Where the figure is kept from; a script makes the PNG of the SVG."""
    chosen: dict[str, Any] = asked.filters() | ({"of": label} if asked.group else {})
    return {kind: url_for("summary_files.figure", name=name, kind=kind, **chosen) for kind in ("svg", "csv")}


def beside(summary: dict[str, Any]) -> dict[str, Any]:
    """What may stand beside a change without a comparison group: arms of studies, and what untreated people did."""
    months = [month for month in MONTHS if any(w["due"] and w["n"] for g in _open(summary) for w in _at(g, month))]
    condition = summary["selection"]["condition"]
    found = arms.beside(condition, summary["instrument"]["code"], summary["anchor"], months)
    told = [w["regression_to_mean"] for g in _open(summary) for w in g["windows"] if w["due"]]
    numbers = [one for one in told if one["expected"] is not None]
    sentences = tuple(dict.fromkeys(one["sentence"] for one in numbers)) or (SENTENCE,)
    return {"arms": arms.words(found), "regression": sentences, "ids": tuple(one.source for one in found)}


def _open(summary: dict[str, Any]) -> list[dict[str, Any]]:
    return list(figures.open_groups(summary).values())


def _at(group: dict[str, Any], month: int) -> list[dict[str, Any]]:
    return [w for w in group["windows"] if w["month"] == month]


def _known(word: str | None, words: tuple[str, ...]) -> str | None:
    """The word, if it is one of those."""
    return word if word in words else None
