"""The work list counted again: plain Python over what was sent, by the words of statistics.md 2.8; no science of ours.

Days are whole numbers. A reading that was sent: dict(id, day, order, value, received, supersedes, retracted).
"""

import math
from dataclasses import dataclass, field
from fractions import Fraction

ASKED = {1: 28, 3: 91, 6: 182, 9: 273, 12: 364}
WINDOW = {1: (15, 44), 3: (45, 135), 6: (136, 228), 9: (229, 319), 12: (320, 455)}


@dataclass
class Course:
    """One course as it was sent, and what staff did with its items: (reason, opened) → day resolved."""

    start: int
    baseline: float
    sessions: list[int]
    sent: list[dict] = field(default_factory=list)
    resolved: dict[tuple[str, int], int] = field(default_factory=dict)
    needed: tuple[float, float] = (2.34, 4.0)  # points for 3 against 7, and for 3 against the end


def counting(sent, by):
    """The readings that count of those received by a day, oldest first: the last word of each chain."""
    here = [r for r in sent if r["received"] <= by]
    gone = {r["supersedes"] for r in here if r["supersedes"]}
    leaves = [r for r in here if r["id"] not in gone and not r["retracted"]]
    return sorted(leaves, key=lambda r: (r["day"], r["order"]))


def mean(values):
    """Exact."""
    return Fraction(sum(values)) / len(values)


def end_value(scores, t0):
    """Nearest to a week after the last session, within two weeks; else the latest of the week before."""
    after = [r for r in scores if t0 <= r["day"] <= t0 + 14]
    before = [r for r in scores if t0 - 7 <= r["day"] <= t0 - 1]
    some, target = (after, t0 + 7) if after else (before, t0 - 1)
    if not some:
        return None
    chosen = min((abs(r["day"] - target), r["day"]) for r in some)[1]
    return mean([r["value"] for r in some if abs(r["day"] - chosen) <= 7])


def findings(course, scores, t0, ended_on):
    """(position, reason) of all that the rules find in these scores."""
    value, weeks = [r["value"] for r in scores], set()
    end = end_value(scores, t0)
    for i, one in enumerate(scores):
        week = (one["day"] - course.start) // 7
        judged = week not in weeks
        weeks.add(week)
        earlier = value[max(0, i - 3) : i]
        if value[i] - (mean(earlier) if earlier else course.baseline) >= 4:
            yield i, "sudden"
        if not judged:
            continue
        if i >= 1 and value[i] >= 9 and value[i - 1] >= 9:
            usual = mean(value[: i - 1]) if i > 1 else course.baseline
            if usual <= Fraction(15, 2):
                yield i, "top"
        past = i >= 2 and scores[i - 2]["day"] > t0 + 14 and one["day"] >= ended_on
        if past and end is not None:
            before, least = end, course.needed[1]
        elif i >= 9:
            before, least = mean(value[i - 9 : i - 2]), course.needed[0]
        else:
            continue
        rise = mean(value[i - 2 : i + 1]) - before
        if rise >= 2 and float(rise) >= least - 1e-9:
            yield i, "worsened"


def judged_items(course, last_day):
    """(reason, day opened) of everything scores put on the list up to a day."""
    t0, ended_on = course.sessions[-1], course.sessions[-1] + 28
    items: dict[str, list[int]] = {"worsened": [], "top": [], "sudden": []}
    for today in sorted({r["received"] for r in course.sent}):
        if today > last_day:
            break
        scores = [r for r in counting(course.sent, today) if r["day"] > course.start]
        known, latest = [], -math.inf
        for r in scores:
            latest = max(latest, r["received"])
            known.append(latest)
        found = set(findings(course, scores, t0, ended_on))
        weeks: set[int] = set()
        firsts = []
        for i, r in enumerate(scores):
            if (r["day"] - course.start) // 7 not in weeks:
                firsts.append(i)
            weeks.add((r["day"] - course.start) // 7)
        for reason, so_far in items.items():
            looked = range(len(scores)) if reason == "sudden" else firsts
            day = opening(course, reason, so_far, [(known[i], (i, reason) in found) for i in looked], today)
            if day is not None:
                so_far.append(day)
    return {(reason, day) for reason, days in items.items() for day in days}


def opening(course, reason, so_far, judged, today):
    """The day of a new item, if one opens today."""
    ends = [course.resolved.get((reason, day)) for day in so_far]
    if any(end is None or end > today for end in ends):
        return None
    settled = max([today - 28, *ends])
    began = None
    for day, hit in judged:
        if not hit:
            began = None
            continue
        began = day if began is None else began
        if began > settled or day >= settled + 28:
            return day
    return None


def dated_items(course, last_day):
    """(reason, day opened) of what dates put on the list, day by day."""
    t0, ended_on = course.sessions[-1], course.sessions[-1] + 28
    items: dict[str, list[int]] = {"call": [], "ended": [], "review_due": []}

    def open_(reason, today):
        return any((course.resolved.get((reason, d)) or math.inf) > today for d in items[reason])

    def settled(reason, today):
        return max([course.resolved[reason, d] for d in items[reason] if (reason, d) in course.resolved], default=-1)

    for today in range(course.start, last_day + 1):
        if today < ended_on and not open_("review_due", today):
            due = max(course.start, settled("review_due", today)) + 28
            if due <= today:
                items["review_due"].append(due)
        if today == ended_on:
            items["ended"].append(today)
        if today >= ended_on and not open_("call", today):
            given = [r["day"] - t0 for r in counting(course.sent, today)]
            for month, asked in ASKED.items():
                first, last = WINDOW[month]
                due = t0 + asked + 14
                silent = not any(first <= day <= last for day in given)
                if due <= today <= t0 + last and silent and due > settled("call", today):
                    items["call"].append(due)
                    break
    return {(reason, day) for reason, days in items.items() for day in days}
