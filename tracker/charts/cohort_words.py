"""Words of the clinic's figures: counts with their denominators, what is missing, and why something is not shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.charts.phrases import count, day, share
from tracker.charts.words import BY_ITSELF
from tracker.science.missing import headline
from tracker.science.scales import RESPONDER, Better
from tracker.science.twice import APART, GRAIN, LEAST_RESPONDERS

Group = dict[str, Any]


@dataclass(frozen=True)
class Frame:
    """What every picture of a clinic carries: the definitions' version, day and period, the direction and the share."""

    definitions: str = "1"
    as_of: date | None = None
    better: Better = "lower"
    part: float = RESPONDER
    period: str | None = None
    synthetic: bool = False
    changed_since: datetime | None = None

    @classmethod
    def of(cls, summary: dict[str, Any], period: str | None = None, synthetic: bool = False) -> "Frame":
        """From the summary that `outcomes --json` writes."""
        scale = summary["instrument"]
        on = date.fromisoformat(summary["as_of"]) if summary["as_of"] else None
        told = summary.get("changed_since")
        since = datetime.fromisoformat(told) if told else None
        return cls(summary["definitions"], on, scale["better"], scale["responder"], period, synthetic, since)

    @property
    def goal(self) -> str:
        """At least 30 % lower."""
        return f"At least {share(self.part)} {'lower' if self.better == 'lower' else 'higher'}"

    @property
    def edition(self) -> str:
        """The definitions' version, the period and the day."""
        today = f"as of {day(self.as_of)}" if self.as_of else None
        if today and self.changed_since:
            today = f"{today}, known at {self.changed_since:%H:%M}, changed since"
        invented = "made-up data" if self.synthetic else None
        return " · ".join(x for x in (f"definitions {self.definitions}", self.period, today, invented) if x)


def window(group: Group, month: int) -> dict[str, Any] | None:
    """One follow-up month of a group."""
    return next((w for w in group["windows"] if w["month"] == month), None)


def responder(found: dict[str, Any], part: float) -> dict[str, Any] | None:
    """The three denominators of one threshold in one window."""
    return next((r for r in found["responders"] or () if abs(r["threshold"] - part) < 1e-9), None)


def named(month: int) -> str:
    """3-month; month 0 is the end of the course."""
    return f"{month}-month" if month else "end-of-course"


def top_line(group: Group, frame: Frame, month: int = 3) -> str:
    """The clinic's first sentence: who was asked, who answered, and the share at three denominators."""
    found = window(group, month)
    if found is None or not found["due"]:
        return f"No course is due for the {named(month)} question yet; {group['courses']} are not yet due."
    return " ".join(x for x in (_asked(group, found), _share(found, frame)) if x)


def _asked(group: Group, found: dict[str, Any]) -> str:
    """Due, answered, not yet due."""
    due, n, later = found["due"], found["n"], group["courses"] - found["due"]
    waiting = f"; {later} more {'is' if later == 1 else 'are'} not yet due" if later else ""
    asked = f"Of {count(due, 'course')} due for the {named(found['month'])} question"
    return f"{asked}, {n} ({share(n / due)}) answered it{waiting}."


def _share(found: dict[str, Any], frame: Frame) -> str:
    """A headline only where enough answered; else bounds; else none."""
    three = responder(found, frame.part)
    if three is None:
        return ""
    seen, silent, best = three["observed"], three["missing_not_improved"], three["best_case"]
    leads = headline(found["n"], found["due"])
    if leads == "none":
        return "Fewer than half answered, so no share is given."
    if leads == "bounds":
        return f"{frame.goal}: between {silent['x']} and {best['x']} of {silent['n']}; too few answered for one number."
    return (
        f"{frame.goal}: {seen['x']} of {seen['n']} seen; {silent['x']} of {silent['n']} if the silent count as not; "
        f"{best['x']} of {best['n']} at best."
    )


def responders(group: Group, frame: Frame) -> tuple[str, ...]:
    """One line a window that has courses due; one for those that have none yet."""
    lines = [top_line(group, frame, w["month"]) for w in group["windows"] if w["due"]]
    return tuple(lines) or (f"No course is due yet; {group['courses']} are not yet due.",)


def durability(group: Group, frame: Frame) -> tuple[str, ...]:
    """Who is in the figure, then still there at each day, both ways of reading an unconfirmed loss."""
    d = group.get("durability")
    if not d:
        return refused(group, "responders")
    shown = [s for s in d["survival"] or () if s["low"] is not None]
    gone = ", ".join(str(s["day"]) for s in d["survival"] or () if s["low"] is None)
    beyond = (f"No figure for day {gone}: too few were still followed.",) if shown and gone else ()
    told = tuple(map(_still, shown)) or refused(group, "responders")
    return (_who(d, frame), *told, *beyond, *_apart(shown), *_kept(d, frame), _events(d))


def _who(d: dict[str, Any], frame: Frame) -> str:
    """Only those who had it at the end can keep or lose it."""
    return (
        f"{count(d['ended'], 'course')} ended: {d['responders_at_end']} {_small(frame.goal)} at the end, "
        f"{d['never_responded']} not, {d['no_end_reading']} without a score at the end."
    )


def _still(s: dict[str, Any]) -> str:
    """One day, both readings."""
    other, strict = s.get("if_unconfirmed_lost"), ""
    if other and other["low"] is not None:
        strict = f"; {between(other)} if a single last answer beyond the line counts as lost"
    return f"Day {s['day']} after the last session: {between(s)} still had it ({s['followed']} followed){strict}."


def between(box: dict[str, Any]) -> str:
    """40 % to 52 %, or one number where the box is flat."""
    low, high = share(box["low"]), share(box["high"])
    return low if low == high else f"{low} to {high}"


def _apart(shown: list[dict[str, Any]]) -> Iterator[str]:
    """No headline where the two readings differ too much."""
    both = [(s, s["if_unconfirmed_lost"]) for s in shown if s.get("if_unconfirmed_lost")]
    known = [(s[end], other[end]) for s, other in both for end in ("low", "high") if other[end] is not None]
    if any(abs(kept - lost) > APART + GRAIN for kept, lost in known):
        yield "The two ways of counting are more than 10 points apart, so neither is a headline."


def _kept(d: dict[str, Any], frame: Frame) -> Iterator[str]:
    """The restricted mean, the best single number in words, both readings."""
    for row in d.get("rmst") or ():
        if row["mean"] is not None:
            other = row["if_unconfirmed_lost"]["mean"]
            strict = (
                f"; {other:.0f} if a single last answer beyond the line counts as lost" if other is not None else ""
            )
            yield (
                f"Of the first {row['days']} days after the course, responders at its end were {_small(frame.goal)} on "
                f"{row['mean']:.0f} on average{strict}."
            )


def _small(goal: str) -> str:
    return goal[:1].lower() + goal[1:]


def _events(d: dict[str, Any]) -> str:
    """What came first to those who had it."""
    return f"Lost: {d['lost']}. Not yet confirmed: {d['unconfirmed']}. Treated again: {d['retreated']}."


def ecdf(group: Group, frame: Frame, month: int | None) -> tuple[str, ...]:
    """The curve at the goal, and who is not in it."""
    points = group["ecdf"]
    if not points:
        return refused(group, "courses")
    at = next((p for p in points if abs(p["improvement"] - frame.part) < 1e-9), None)
    goal = (f"{frame.goal}: {share(at['share'])} of those who answered.",) if at else ()
    found = window(group, month) if month is not None else None
    return (*goal, _asked(group, found)) if found and found["due"] else goal


def change(groups: dict[str, Group], frame: Frame) -> tuple[str, ...]:
    """The mean of every group and window with its interval."""
    word = "lower" if frame.better == "lower" else "higher"
    told = tuple(_mean(name, w, word) for name, group in groups.items() for w in group["windows"] if w["due"])
    return (*told, BY_ITSELF) if told else ("No course is due yet.",)


def _mean(name: str, w: dict[str, Any], word: str) -> str:
    """Points better on average; a negative mean is said as what it is."""
    best, who = w["improvement"], f"{name}, {named(w['month'])} question ({w['n']} of {w['due']} due)"
    if not best or best["mean"] is None:
        return f"{who}: no mean can be given."
    interval = f" (95 % interval {best['ci'][0]:.1f} to {best['ci'][1]:.1f} {word})" if best["ci"] else ""
    other = "higher" if word == "lower" else "lower"
    return f"{who}: on average {abs(best['mean']):.1f} points {word if best['mean'] >= 0 else other}{interval}."


def refused(group: Group, what: str) -> tuple[str, ...]:
    """Why a figure is not shown, with the summary's own notes."""
    return (f"Not shown: fewer than {LEAST_RESPONDERS} {what} with enough follow-up.", *group["notes"])
