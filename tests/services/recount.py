"""An independent recount of `outcomes --json`: pandas, statsmodels, lifelines and plain loops; nothing of the tracker.

It follows the words of design/domain.md and docs/science one course at a time, slowly, and shares no code with the
floor it checks.
"""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportReturnType=false, reportOperatorIssue=false
# (pandas and scipy stubs know less than the libraries)
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import StringIO

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from statsmodels.stats.proportion import confint_proportions_2indep

from tests.services import recount_carry_over, recount_durability, recount_missing, recount_slopes
from tests.services.recount_intervals import mean_ci, share

MONTHS = {1: (15, 44, 30), 3: (45, 135, 91), 6: (136, 228, 182), 9: (229, 319, 273), 12: (320, 455, 364)}
KEY = ["patient", "condition", "course"]


@dataclass
class Scale:
    """What the recount needs to know of an instrument."""

    code: str
    low: float = 0
    high: float = 10
    floor: float = 3
    points: float | None = 2
    worse_points: float = 2
    share: float = 0.3


@dataclass
class Seen:
    """One course at one place."""

    patient: str
    condition: str
    course: str
    side: str
    group: str
    first: float
    t0: float
    ended_on: float
    retreated: float
    base: float
    base_n: int
    end: float
    after: dict
    since_start: dict
    held: int
    changes: list
    readings: int
    weeks: list
    weeks_after: list = field(default_factory=list)
    steps: list = field(default_factory=list)
    later: list = field(default_factory=list)

    def judged(self, scale):
        return self.base > 0 and self.base >= scale.floor


@cache
def table(text: str, as_of: date | None, group: str | None) -> pd.DataFrame:
    """The file, with decimal days and blanks as NaN."""
    frame = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    for column in ("course_end", "session", "side", "course", "entered_by", "site"):
        if column not in frame:
            frame[column] = ""
    frame["course"] = frame.course.where(frame.course != "", "from " + frame.course_start)
    dated = frame.recorded_at.str.contains("-\\d\\d-", regex=True).any()
    for column, to in (("recorded_at", "day"), ("course_start", "start"), ("course_end", "closed")):
        frame[to] = [(_ordinal(c) if dated else float(c)) if c else np.nan for c in frame[column]]
    frame["score"] = pd.to_numeric(frame.value, errors="coerce")
    frame["group_"] = frame[group] if group else "all"
    return frame[frame.day < as_of.toordinal() + 1] if as_of else frame


def _ordinal(text: str) -> float:
    """Decimal days of an ISO date or date-time."""
    at = pd.Timestamp(text)
    return at.toordinal() + (at - at.normalize()) / pd.Timedelta(days=1)


def course_end(days: list, closed: float) -> tuple:
    """t0, the day it is known, days to the first session after it."""
    inside = []
    for day in days:
        if day > closed or (inside and day - inside[-1] > 28):
            break
        inside.append(day)
    rest = [d for d in days if d not in inside]
    t0 = inside[-1] if inside else closed
    known = [d for d in (closed, inside[-1] + 28 if inside else np.nan) if not np.isnan(d)]
    return t0, min(known, default=np.nan), rest[0] - t0 if rest else np.nan


def window(readings: list, anchor: float, first: int, last: int, target: int) -> float:
    """The value of one window from (day, score) pairs."""
    inside = [(np.floor(d) - anchor, v) for d, v in readings if first <= np.floor(d) - anchor <= last]
    if not inside:
        return np.nan
    chosen = min(inside, key=lambda r: (abs(r[0] - target), r[0]))[0]
    return float(np.mean([v for d, v in inside if abs(d - chosen) <= 7]))


@cache
def series(text: str, as_of: date | None, group: str | None, code: str) -> list[Seen]:
    """Every course at every place where one instrument was asked."""
    frame = table(text, as_of, group)
    asked = frame[frame.instrument == code]
    whole = dict(list(frame.groupby(KEY)))
    return [_one(key, one, whole[key[:3]]) for key, one in asked.groupby([*KEY, "site", "side"], sort=False)]


def _one(key, one, whole) -> Seen:
    visits = whole[whole.session != ""].groupby("session").day.min().apply(np.floor).sort_values(kind="stable")
    days, closed = visits.tolist(), whole.closed.max()
    t0, ended_on, retreated = course_end(days, closed)
    first = days[0] if days else whole.start.iloc[0]
    scored = _counted(one[one.score.notna() & (one.entered_by != "staff")]).sort_values("day", kind="stable")
    opening = visits.index[0] if days else None
    treated = scored[(scored.kind == "after") & (scored.session == opening)].day.min()
    early = scored[(np.floor(scored.day) >= first - 14) & (np.floor(scored.day) <= first) & ~(scored.day > treated)]
    early = early[(early.kind == "baseline") | ((early.kind == "before") & early.session.isin(["", opening]))]
    later = scored[scored.kind.isin(["check_in", "before"]) & (np.floor(scored.day) > first)].drop(
        early.index, errors="ignore"
    )
    pairs = list(zip(later.day, later.score, strict=True))
    end = window(pairs, t0, 0, 14, 7)
    around = _around(scored)
    weeks, weeks_after = _weeks(scored, first, t0, one.instrument.iloc[0])
    return Seen(
        patient=key[0],
        condition=key[1],
        course=key[2],
        side=key[4],
        group=one.group_.iloc[0],
        first=first,
        t0=t0,
        ended_on=ended_on,
        retreated=retreated,
        base=early.score.mean(),
        base_n=len(early),
        end=window(pairs, t0, -7, -1, 7) if np.isnan(end) else end,
        after={m: window(pairs, t0, *w) for m, w in MONTHS.items()},
        since_start={m: window(pairs, first, *w) for m, w in MONTHS.items()},
        held=len(days),
        changes=_changes(around),
        readings=len(scored),
        weeks=weeks,
        weeks_after=weeks_after,
        steps=recount_carry_over.steps(list(visits.items()), t0, around),
        later=pairs,
    )


def _counted(scored):
    """Without second scores: of two around one session the patient's own counts, else the earlier."""
    around = scored[(scored.session != "") & scored.kind.isin(["before", "after"])]
    own = around.assign(other=around.entered_by != "patient").sort_values(["other", "day"], kind="stable")
    return scored.drop(own.index[own.duplicated(["session", "kind"])])


def _around(scored) -> dict:
    """session → (score before, score after), None where there is none."""
    found = {}
    for session, visit in scored[scored.session != ""].groupby("session"):
        both = (visit[visit.kind == kind] for kind in ("before", "after"))
        found[session] = tuple(of.iloc[0] if len(of) else None for of in both)
    return found


def _changes(around) -> list:
    """before − after of every session with both in order."""
    both = [(b, a) for b, a in around.values() if b is not None and a is not None]
    return [b.score - a.score for b, a in both if a.day >= b.day]


def _weeks(scored, first, t0, code) -> tuple[list, list]:
    """(days from start, score), the first of each week: in the course, and later than 14 days after t0."""
    kinds = (
        ["before", "baseline"]
        if code == "nrs_now" and (scored.kind == "before").any()
        else ["before", "baseline", "check_in"]
    )
    of = scored[scored.kind.isin(kinds) & (scored.day >= first)]
    later = np.floor(of.day) > t0 + 14
    return _first_of_each(of[~later], first), _first_of_each(of[later], first)


def _first_of_each(of, first) -> list:
    """The first of each 7 days from the start."""
    found = {}
    for day, score in zip(of.day - first, of.score, strict=True):
        found.setdefault(day // 7, (day, score))
    return list(found.values())


def mains(found: list[Seen]) -> list[Seen]:
    """The place with most readings of each course."""
    best = {}
    for s in found:
        key = (s.patient, s.course)
        if key not in best or s.readings > best[key].readings:
            best[key] = s
    return list(best.values())


def firsts(found: list[Seen]) -> list[Seen]:
    """The first course of each patient (the files hold one condition)."""
    best = {}
    for s in mains(found):
        if s.patient not in best or s.first < best[s.patient].first:
            best[s.patient] = s
    return list(best.values())


def is_due(s: Seen, month: int, anchor: str, as_of: float | None) -> bool:
    """Whether a window has closed."""
    last = 14 if month == 0 else MONTHS[month][1]
    at, known = (s.t0, s.ended_on) if anchor == "end" else (s.first, s.first)
    return not np.isnan(at) and (as_of is None or (at + last <= as_of and known <= as_of))


def value(s: Seen, month: int, anchor: str) -> float:
    return s.end if month == 0 else (s.after if anchor == "end" else s.since_start)[month]


def thresholds(scale: Scale) -> list[float]:
    """30 %, 50 % and the instrument's own share."""
    return sorted({0.3, 0.5, scale.share})


def responds(s: Seen, now: float, part: float) -> bool:
    return bool(round((s.base - now) * 1e6) >= round(part * 10) * round(s.base * 1e6) / 10)


def month_entry(rows, month, anchor, as_of, scale, impressions) -> dict | None:
    """One window of one group."""
    due = [s for s in rows if is_due(s, month, anchor, as_of)]
    if not due:
        return None
    seen = [(s, value(s, month, anchor)) for s in due if not np.isnan(value(s, month, anchor))]
    both = [(s, v) for s, v in seen if not np.isnan(s.base)]
    judged = [(s, v) for s, v in both if s.judged(scale)]
    asked = sum(s.judged(scale) for s in due)
    frame = pd.DataFrame({"b": [s.base for s, _ in both], "v": [v for _, v in both]}, dtype=float)
    down = [(v - s.base, s.base) for s, v in both]
    worse = sum(d > 0 and d >= scale.worse_points and round(d - 0.3 * b, 9) >= 0 for d, b in down)
    rated = [impressions[s.patient, s.course] for s in due if (s.patient, s.course) in impressions]
    rated = [value(r, month, anchor) for r in rated]
    rated = [r for r in rated if not np.isnan(r)]
    counts = {part: sum(responds(s, v, part) for s, v in judged) for part in thresholds(scale)}
    percents = pd.Series([100 * (s.base - v) / s.base for s, v in judged], dtype=float)
    return {
        "month": month,
        "due": len(due),
        "n": len(seen),
        "not_yet_due": len(rows) - len(due),
        "follow_up_rate": len(seen) / len(due),
        "headline": "none" if len(seen) < 0.5 * len(due) else "bounds" if len(seen) < 0.7 * len(due) else "observed",
        "mean": float(np.mean([v for _, v in seen])) if seen else None,
        "sd": float(pd.Series([v for _, v in seen]).std()) if len(seen) > 1 else None,
        "improvement": mean_ci([s.base - v for s, v in both]),
        "percent_of_means": float(100 * (1 - frame.v.mean() / frame.b.mean())) if len(frame) else None,
        "percent_median": float(percents.median()) if len(percents) else None,
        "worse_30": share(worse, len(both)),
        "responders": [
            {
                "threshold": part,
                "primary": part == scale.share,
                "observed": share(x, len(judged)),
                "missing_not_improved": share(x, asked),
                "best_case": share(x + asked - len(judged), asked),
            }
            for part, x in counts.items()
        ],
        "points": None
        if scale.points is None
        else {"points": scale.points, **share(sum(s.base - v >= scale.points - 1e-9 for s, v in judged), len(judged))},
        "pgic": share(sum(r >= 6 for r in rated), len(rated)) if rated else None,
        "missing": recount_missing.figures([(s.base, value(s, month, anchor)) for s in due], scale),
        "regression_to_mean": untreated([s.base for s, _ in both], month, anchor, scale),
    }


def untreated(bases, month, anchor, scale) -> dict:
    """What Vickers' controls changed by at these baselines (F = 0.39 + 0.82·B between 6.75 and 94.75); else nothing."""
    inside = [b for b in bases if 6.75 <= b <= 94.75]
    if (scale.code, month, anchor) != ("headache_score", 12, "start") or not inside:
        return {"expected": None, "n": 0, "cohort": None}
    expected = float(np.mean([b - (0.39 + 0.82 * b) for b in inside]))
    return {"expected": expected, "n": len(inside), "cohort": "usual care in Vickers 2004"}


def curve(rows, anchor, as_of, scale):
    """The eCDF of the latest window with 20 answers, and that window."""
    for month in (12, 9, 6, 3, 1) if anchor == "start" else (12, 9, 6, 3, 1, 0):
        judged = [s for s in rows if is_due(s, month, anchor, as_of) and s.judged(scale)]
        gains = [(s.base - value(s, month, anchor)) / s.base for s in judged if not np.isnan(value(s, month, anchor))]
        if len(gains) >= 20:
            steps = [k / 100 for k in range(-50, 101, 5)]
            at_least = {k: sum(g >= k - 1e-9 for g in gains) for k in steps}
            points = [
                {"improvement": k, "share": x / len(gains), "missing_as_worst": x / len(judged)}
                for k, x in at_least.items()
            ]
            return month, points
    return None, None


def sessions(rows, now, code) -> dict:
    """Change in a session, one value per patient."""
    mine = {(s.patient, s.course) for s in rows}
    asked = [s for s in now if (s.patient, s.course) in mine]
    paired = [s for s in asked if s.changes]
    per_patient = (
        pd.DataFrame([(s.patient, c) for s in paired for c in s.changes], columns=["p", "c"]).groupby("p").c.mean()
    )
    held, pairs = sum(s.held for s in rows), sum(len(s.changes) for s in paired)
    found = mean_ci(per_patient.to_numpy())
    return {
        "held": held,
        "pairs": pairs,
        "pair_rate": pairs / held if held else None,
        "change": {"mean": found["mean"], "ci": found["ci"] if found["n"] >= 10 else None, "patients": found["n"]},
        "carry_over": recount_carry_over.figures(asked),
        "instrument": code,
    }


def has_ended(s: Seen, as_of: float | None) -> bool:
    """Whether the end of a course is known."""
    return not np.isnan(s.t0) and (as_of is None or s.ended_on <= as_of)


def group_figures(rows, now, now_code, anchor, as_of, scale, impressions, phi) -> dict:
    """One group."""
    base = pd.Series([s.base for s in rows], dtype=float).dropna()
    months = ([] if anchor == "start" else [0]) + list(MONTHS)
    entries = [month_entry(rows, m, anchor, as_of, scale, impressions) for m in months]
    month, points = curve(rows, anchor, as_of, scale)
    return {
        "courses": len(rows),
        "with_baseline": len(base),
        "baseline": {"mean": float(base.mean()), "sd": float(base.std())},
        "too_low": int(((base < scale.floor) | (base <= 0)).sum()),
        "windows": [e for e in entries if e],
        "sessions": sessions(rows, now, now_code),
        "trend": recount_slopes.trend([s.weeks for s in rows], scale, phi),
        "trend_after": recount_slopes.trend([s.weeks_after for s in rows if has_ended(s, as_of)], scale, phi),
        "durability": recount_durability.figures(rows, as_of, scale, MONTHS, phi),
        "ecdf": points,
        "ecdf_month": month,
    }


def comparison(groups, reference, anchor, as_of, scale) -> dict:
    """ANCOVA by statsmodels, Newcombe by statsmodels."""
    found = {"reference": reference, "windows": [], "responders": []}
    for month in ([] if anchor == "start" else [0]) + list(MONTHS):
        for name in sorted(set(groups) - {reference}):
            arms = {
                g: [
                    (s, value(s, month, anchor))
                    for s in groups[g]
                    if is_due(s, month, anchor, as_of) and not np.isnan(s.base)
                ]
                for g in (name, reference)
            }
            arms = {g: [(s, v) for s, v in rows if not np.isnan(v)] for g, rows in arms.items()}
            if not all(arms.values()):
                continue
            frame = pd.DataFrame(
                [(v, s.base, int(g == name)) for g, rows in arms.items() for s, v in rows], columns=["f", "b", "g"]
            )
            fit = smf.ols("f ~ b + g", frame).fit()
            low, high = fit.conf_int().loc["g"]
            n = [len(arms[name]), len(arms[reference])]
            window = {
                "month": month,
                "group": name,
                "model": "ancova",
                "difference": -fit.params["g"],
                "ci": [-high, -low],
                "n": n,
            }
            if min(n) < 2 or sum(n) < 4:
                window |= {"difference": None, "ci": None}
            found["windows"].append(window)
            for part in thresholds(scale):
                counts = []
                for g in (name, reference):
                    judged = [(s, v) for s, v in arms[g] if s.judged(scale)]
                    counts += [sum(responds(s, v, part) for s, v in judged), len(judged)]
                ci = list(confint_proportions_2indep(*counts, compare="diff", method="newcomb"))
                difference = counts[0] / counts[1] - counts[2] / counts[3]
                found["responders"].append(
                    {"month": month, "group": name, "threshold": part, "difference": difference, "ci": ci}
                )
    return found


def outcomes(text, scale, *, anchor="end", group=None, reference=None, as_of=None, phi=0.5) -> dict:
    """The JSON's figures. phi: the pooled correlation, which has its own test; the recount takes it as given."""
    frame = table(text, as_of, group)
    day = as_of.toordinal() if as_of else None
    every = series(text, as_of, group, scale.code)
    around = "nrs_now" if (frame.instrument == "nrs_now").any() else scale.code
    now = mains(series(text, as_of, group, around))
    impressions = {(s.patient, s.course): s for s in mains(series(text, as_of, group, "pgic"))}
    chosen = firsts(every)
    groups = {name: [s for s in chosen if s.group == name] for name in sorted(set(frame.group_))}
    found = {
        "as_of": as_of.isoformat() if as_of else None,
        "anchor": anchor,
        "instrument": {
            "code": scale.code,
            "min": scale.low,
            "max": scale.high,
            "better": "lower",
            "responder": scale.share,
        },
        "groups": {n: group_figures(r, now, around, anchor, day, scale, impressions, phi) for n, r in groups.items()},
        "courses": [
            {
                "patient": s.patient,
                "side": s.side or "none",
                "baseline": None if np.isnan(s.base) else s.base,
                **drawn,
            }
            for s, drawn in zip(every, recount_slopes.courses(every, scale, phi), strict=True)
        ],
    }
    return found | ({"comparison": comparison(groups, reference, anchor, day, scale)} if reference else {})
