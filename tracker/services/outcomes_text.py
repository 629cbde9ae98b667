"""Outcomes in words: the JSON as a summary for a terminal, 100 columns wide, every share with its denominator."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 100
MONTHS = {0: "end of course", 1: "1 month"}
LABELS = {
    "improving": "improving",
    "no_clear_change": "no clear change",
    "uncertain": "uncertain",
    "worsening": "worsening",
    "not_enough": "not enough readings",
    "at_the_end_of_the_scale": "at the end of the scale",
}


def text(found: Mapping[str, Any]) -> str:
    """The whole summary; ends with a newline."""
    scale = found["instrument"]
    since = {"end": "the last session", "start": "the start of the course"}[found["anchor"]]
    head = f"{scale['code']} ({scale['min']:g} to {scale['max']:g}, {scale['better']} is better), months after {since}"
    lines = [head, f"Seen on {found['as_of']}." if found["as_of"] else "Every window counts as due."]
    for name, group in found["groups"].items():
        lines += ["", *_group(name, group)]
    if found["comparison"]:
        lines += ["", *_comparison(found["comparison"])]
    return "\n".join(line for long in lines for line in _wrapped(long)) + "\n"


def _wrapped(line: str) -> list[str]:
    """A line in pieces that fit."""
    if len(line) <= WIDTH:
        return [line.rstrip()]
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=True)


def _group(name: str, group: Mapping[str, Any]) -> Iterator[str]:
    """One group."""
    base = group["baseline"]
    yield f"{name}: {group['courses']} courses, {group['with_baseline']} with a baseline"
    yield f"  baseline {_mean(base)}; too low to judge a percentage: {group['too_low']}"
    yield ""
    yield from _table(group["windows"])
    yield ""
    yield from _responders(group["windows"])
    yield ""
    yield from _missing(group["windows"])
    yield from _course(group)
    yield from _durability(group["durability"])
    if group["notes"]:
        yield "  Notes"
    yield from (f"  - {note}" for note in group["notes"])


def _table(windows: list[Mapping[str, Any]]) -> Iterator[str]:
    """The windows, one line each."""
    yield (
        f"  {'window':<14}{'answered':>12}  {'mean (sd)':>14}  {'improvement (95 % CI)':>26}"
        f"  {'of means':>9}  {'worse 30 %':>11}"
    )
    for w in windows:
        better = w["improvement"]
        change = f"{_number(better['mean'])} {_interval(better['ci'])}".strip()
        yield (
            f"  {_month(w['month']):<14}{_of(w['n'], w['due']):>12}  {_mean(w):>14}  {change:>26}"
            f"  {_percent(w['percent_of_means']):>9}  {_of(**w['worse_30']):>11}"
        )


def _responders(windows: list[Mapping[str, Any]]) -> Iterator[str]:
    """Responders three ways, one line per window with an answer and threshold."""
    answered = "of those who answered"
    yield f"  {'improved by':<14}{'window':<14}{answered:>38}  {'silent = not':>14}  {'silent = yes':>14}"
    for w in (w for w in windows if w["n"]):
        for r in w["responders"]:
            yield (
                f"  {'≥ ' + _share(r['threshold']):<14}{_month(w['month']):<14}{_observed(w, r['observed']):>38}"
                f"  {_of(**r['missing_not_improved']):>14}  {_of(**r['best_case']):>14}"
            )


def _missing(windows: list[Mapping[str, Any]]) -> Iterator[str]:
    """Who is silent where others answered, by baseline, and what it would take to change the conclusion."""
    for w in (w for w in windows if 0 < w["n"] < w["due"]):
        thirds = [row for row in w["missing"]["tertiles"] or [] if row["due"]]
        told = [f"{row['from']:g} to {row['to']:g}: {_of(row['answered']['x'], row['due'])}" for row in thirds]
        if told:
            yield f"  Answered by baseline, {_month(w['month'])}: {'; '.join(told)}"
        if w["missing"]["delta"]["value"] is not None:
            yield f"    {w['missing']['notes'][-1]}"


def _observed(window: Mapping[str, Any], seen: Mapping[str, Any]) -> str:
    """The observed share, where enough answered for it to stand alone."""
    if window["headline"] != "observed":
        return f"no headline: {_of(window['n'], window['due'])} answered"
    return f"{_of(**seen)} = {_share(seen['share'])} {_interval(seen['ci'], 100)}" if seen["n"] else "none to judge"


def _course(group: Mapping[str, Any]) -> Iterator[str]:
    """Sessions and trend."""
    sessions = group["sessions"]
    if sessions["held"]:
        change = sessions["change"]
        rate = f"{_of(sessions['pairs'], sessions['held'])} sessions have a score before and after"
        mean = f"mean change {_number(change['mean'])} {_interval(change['ci'])} in {change['patients']} patients"
        yield f"  In a session: {rate}; {mean}"
    yield from _slopes("Trend in the course", group["trend"])
    yield from _slopes("Trend after it", group["trend_after"])


def _slopes(what: str, trend: Mapping[str, Any]) -> Iterator[str]:
    """Mean slope and labels, where any course has a line."""
    labels = ", ".join(f"{n} {LABELS[name]}" for name, n in trend["labels"].items() if n)
    if trend["courses"]:
        slope = f"{_number(trend['mean_slope_per_week'])} points a week over {trend['courses']} courses"
        yield f"  {what}: {slope}; {labels}"


def _durability(lasting: Mapping[str, Any]) -> Iterator[str]:
    """How long it lasted."""
    yield (
        f"  Ended: {lasting['ended']}; responders at the end {lasting['responders_at_end']}, never responded"
        f" {lasting['never_responded']}, no reading at the end {lasting['no_end_reading']}"
    )
    if lasting["responders_at_end"]:
        yield (
            f"  Of the responders: lost {lasting['lost']}, unconfirmed loss {lasting['unconfirmed']}, still"
            f" responding when last seen {lasting['censored']}, treated again {lasting['retreated']}"
        )
    yield from (_still(box) for box in lasting["survival"] or [] if box["low"] is not None)
    yield from _bands(lasting.get("bands") or {"days": []})
    for mean in lasting["rmst"] or []:
        if mean["mean"] is not None:
            lost = mean.get("if_unconfirmed_lost", {}).get("mean")
            other = "" if lost in (None, mean["mean"]) else f" ({lost:.1f} if unconfirmed losses count)"
            yield f"  Within {mean['days']} days after the course: responding {mean['mean']:.1f} days on average{other}"


def _still(box: Mapping[str, Any]) -> str:
    """The share still responding on a day, both readings of unconfirmed losses."""
    lost = box["if_unconfirmed_lost"]
    other = (
        "" if lost["low"] is None or _range(lost) == _range(box) else f"; {_range(lost)} if unconfirmed losses count"
    )
    return f"  Still responding on day {box['day']}: {_range(box)}{other} ({box['followed']} followed)"


def _bands(found: Mapping[str, Any]) -> Iterator[str]:
    """How far those shares would move with other patients of the same kind."""
    for row in (row for row in found["days"] if row["low"] is not None):
        lost = row["if_unconfirmed_lost"]
        other = "" if lost["low"] is None or lost == row else f"; {_range(lost)} if unconfirmed losses count"
        yield f"  95 % band, day {row['day']}: {_range(row)}{other} (seed {found['seed']}, {found['draws']} draws)"


def _range(box: Mapping[str, Any]) -> str:
    """A share known to lie between two."""
    low, high = _share(box["low"]), _share(box["high"])
    return low if low == high else f"{low} to {high}"


def _comparison(found: Mapping[str, Any]) -> Iterator[str]:
    """Differences between groups."""
    yield f"Compared with {found['reference']}, baseline held equal (positive = better than {found['reference']})"
    for w in found["windows"]:
        points = "not computed" if w["difference"] is None else f"{w['difference']:.2f} {_interval(w['ci'])} points"
        yield f"  {_month(w['month']):<14}{w['group']}: {points} ({w['model'].upper()})"
    yield from (f"  - {note}" for note in found["notes"])


def _month(number: int) -> str:
    """A window's name."""
    return MONTHS.get(number, f"{number} months")


def _of(x: int, n: int, **_: object) -> str:
    """A count with its denominator."""
    return f"{x} of {n}"


def _number(value: float | None) -> str:
    """A figure, or a dash."""
    return "–" if value is None else f"{value:.2f}"


def _mean(found: Mapping[str, Any]) -> str:
    """Mean and spread."""
    return (
        "–"
        if found["mean"] is None
        else f"{found['mean']:.1f} ({'–' if found['sd'] is None else format(found['sd'], '.1f')})"
    )


def _percent(value: float | None) -> str:
    """A percentage that is one already."""
    return "–" if value is None else f"{value:.0f} %"


def _share(value: float | None) -> str:
    """A share as a percentage."""
    return "–" if value is None else f"{100 * value:.0f} %"


def _interval(ci: list[float] | None, times: float = 1) -> str:
    """An interval in brackets, nothing where there is none."""
    if ci is None:
        return ""
    low, high = (f"{times * end:.0f}" if times > 1 else f"{end:.2f}" for end in ci)
    return f"({low} to {high})"
