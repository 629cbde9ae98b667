"""The durability part of the recount: losses one by one, self-consistency by brute force, lifelines where it fits."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportReturnType=false, reportOperatorIssue=false
# (pandas and scipy stubs know less than the libraries)
import numpy as np
from lifelines import KaplanMeierFitter
from scipy import integrate, stats

from tests.services import recount_slopes

ASKED = (28, 91, 182, 273, 364)  # days after the end on which the plan asks
DAYS, HORIZONS = (91, 182, 273, 364), (84, 182, 364)


def good(s, now, scale) -> bool:
    """Whether a value responds, in whole millionths."""
    return bool(round((s.base - now) * 1e6) * 10 >= round(scale.share * 10) * round(s.base * 1e6))


def story(s, scale) -> dict:
    """What happened to one responder: loss, single failing last score, last sight; days after t0."""
    days = {}
    for day, score in s.later:
        if np.floor(day) >= s.t0:
            days.setdefault(np.floor(day) - s.t0, []).append(score)
    seen = [(d, good(s, np.mean(v), scale)) for d, v in sorted(days.items())]
    found = {"last": seen[-1][0] if seen else None, "loss": None, "single": None}
    start = before = None
    for d, ok in seen:
        if ok:
            start, before = None, d
            continue
        if start is None:
            start, found["from"] = d, (before if before is not None else (0 if d > 0 else d - 1))
        if d - start >= 7:
            return found | {"loss": (found["from"], start)}
    return found | ({"single": (found["from"], start)} if start is not None else {})


def interval(s, told, unconfirmed_lost) -> tuple:
    """(left, right] in which the benefit stopped; the composite: re-treatment is a loss on that day."""
    left, right = told["last"] or 0, np.inf
    if told["single"]:
        left, right = told["single"][0], (told["single"][1] if unconfirmed_lost else np.inf)
    if told["loss"]:
        left, right = told["loss"]
    return (s.retreated - 1, s.retreated) if s.retreated < right else (left, right)


def turnbull(spans) -> list:
    """[(left, right, mass)] by self-consistency, from equal masses on all innermost intervals."""
    lefts, rights = sorted({a for a, _ in spans}), sorted({r for _, r in spans})
    boxes = []
    for q in lefts:
        p = min(r for r in rights if r > q)
        if not any(q < other < p for other in lefts):
            boxes.append((q, p))
    inside = np.array([[a <= q and p <= b for q, p in boxes] for a, b in spans], float)
    mass = np.full(len(boxes), 1 / len(boxes))
    for _ in range(200_000):
        new = (inside * mass / (inside @ mass)[:, None]).mean(axis=0)
        if np.abs(new - mass).max() < 1e-13:
            break
        mass = new
    return [(q, p, m) for (q, p), m in zip(boxes, mass, strict=True)]


def survival(boxes, day) -> dict:
    """[low, high] on a day."""
    return {"low": sum(m for q, _, m in boxes if q >= day), "high": sum(m for _, p, m in boxes if p > day)}


def restricted(boxes, days) -> float:
    """Mean of min(T, days), each box's mass spread evenly."""
    total = 0.0
    for q, p, m in boxes:
        if np.isinf(p):
            total += m * days
        else:
            total += m * np.mean(np.minimum(np.linspace(q, p, 20_001), days))
    return total


def fieller(now, then) -> list | None:
    """Where the t statistic of now − r·then crosses its limit."""
    n, t = len(now), stats.t.ppf(0.975, len(now) - 1)
    k = t * t / n
    poly = [
        then.mean() ** 2 - k * then.var(ddof=1),
        -2 * (now.mean() * then.mean() - k * np.cov(now, then)[0, 1]),
        now.mean() ** 2 - k * now.var(ddof=1),
    ]
    return sorted(np.roots(poly).real) if poly[0] > 0 else None


def noise_alone(rows, ended, scale, phi) -> list:
    """On each of DAYS the share of responders that noise would seem to take, by numeric integration; None = unknown."""
    sloping = [s.weeks for s in rows if recount_slopes.line(s.weeks, scale, phi)[0] is not None]
    judged = [s for s in ended if s.judged(scale) and not np.isnan(s.end)]
    if len(sloping) < 20 or len(judged) < 20 or scale.code == "headache_score":
        return [None] * len(DAYS)
    margins = np.array([s.base - s.end - scale.share * s.base for s in judged])
    sd, r = recount_slopes.noise(sloping, scale, phi)
    between = np.sqrt(margins.var(ddof=1) - sd**2)

    def twice(u):
        def both(z):
            return stats.norm.pdf(z) * stats.norm.cdf((-u - r * z) / np.sqrt(1 - r * r))

        return integrate.quad(both, -np.inf, -u)[0]

    true = np.linspace(-7, 7, 281)
    u = (margins.mean() + between * true) / sd
    weight, kept = stats.norm.pdf(true) * stats.norm.cdf(u), np.array([1 - twice(x) for x in u])
    return [1 - weight @ kept ** sum(d <= day for d in ASKED) / weight.sum() for day in DAYS]


def figures(rows, as_of, scale, months, phi) -> dict:
    """The JSON's durability."""
    ended = [s for s in rows if not np.isnan(s.t0) and (as_of is None or s.ended_on <= as_of)]
    judged = [s for s in ended if s.judged(scale)]
    winners = [s for s in judged if not np.isnan(s.end) and good(s, s.end, scale)]
    told = [story(s, scale) for s in winners]
    again = [
        not np.isnan(s.retreated) and not (t["loss"] and t["loss"][1] <= s.retreated)
        for s, t in zip(winners, told, strict=True)
    ]
    single = [bool(t["single"]) and not a for t, a in zip(told, again, strict=True)]
    lost = [bool(t["loss"]) and not a for t, a in zip(told, again, strict=True)]
    found = timed(winners, told)
    for row, share in zip(found["survival"], noise_alone(rows, ended, scale, phi), strict=True):
        row["noise_alone"] = None if row["low"] is None else share
    return {
        "ended": len(ended),
        "responders_at_end": len(winners),
        "never_responded": sum(not np.isnan(s.end) for s in judged) - len(winners),
        "no_end_reading": sum(np.isnan(s.end) for s in judged),
        "lost": sum(lost),
        "unconfirmed": sum(single),
        "censored": len(winners) - sum(lost) - sum(single) - sum(again),
        "retreated": sum(again),
        **found,
        "sustained": [sustained(winners, told, as_of, scale, m, months) for m in months],
        "retained": [retained(ended, as_of, m, months) for m in months],
    }


def timed(winners, told) -> dict:
    """Boxes, survival and restricted means under both readings."""
    last = [-1 if t["last"] is None else t["last"] for t in told]
    spans = {which: [interval(s, t, which) for s, t in zip(winners, told, strict=True)] for which in (False, True)}
    if sum(d > 60 for d in last) < 20:
        nothing = {"low": None, "high": None}
        rows = [
            {"day": d, **nothing, "followed": sum(x >= d for x in last), "if_unconfirmed_lost": nothing} for d in DAYS
        ]
        return {
            "npmle": None,
            "survival": rows,
            "kaplan_meier": None,
            "rmst": [{"days": d, "mean": None} for d in HORIZONS],
        }
    boxes = {which: turnbull(of) for which, of in spans.items()}
    until = {which: max(x for span in of for x in span if np.isfinite(x)) for which, of in spans.items()}
    widths = [b - a for a, b in spans[True] if np.isfinite(b)]
    km = bool(widths) and max(widths) <= 7
    survive = []
    for day in DAYS:
        followed = sum(x >= day for x in last)
        both = [
            survival(boxes[which], day) if followed >= 10 and day <= until[which] else {"low": None, "high": None}
            for which in (False, True)
        ]
        survive.append({"day": day, **both[0], "followed": followed, "if_unconfirmed_lost": both[1]})
    return {
        "npmle": [{"left": q, "right": None if np.isinf(p) else p, "mass": m} for q, p, m in boxes[False] if m > 1e-6],
        "survival": survive,
        "kaplan_meier": kaplan_meier(spans[False]) if km else None,
        "rmst": [
            {
                "days": d,
                "mean": mean(boxes[False], spans[False], d, km)
                if sum(x >= d for x in last) >= 10 and d <= until[False]
                else None,
            }
            for d in HORIZONS
        ],
    }


def fitted(spans) -> KaplanMeierFitter:
    """lifelines on losses dated by their first failing assessment."""
    days = [max(0, b if np.isfinite(b) else a) for a, b in spans]
    return KaplanMeierFitter().fit(days, [np.isfinite(r) for _, r in spans])


def kaplan_meier(spans) -> dict:
    """Survival on each day with a loss, with log-log interval."""
    fit = fitted(spans)
    days = [0.0, *sorted({r for _, r in spans if np.isfinite(r)})]
    low, high = (fit.confidence_interval_survival_function_.iloc[:, k] for k in (0, 1))
    kept = fit.survival_function_.iloc[:, 0]

    def at(column, day):
        v = float(column[column.index <= day].iloc[-1])
        return v if 0 < float(kept[kept.index <= day].iloc[-1]) < 1 else None

    return {
        "day": days,
        "survival": [float(kept[kept.index <= d].iloc[-1]) for d in days],
        "low": [at(low, d) for d in days],
        "high": [at(high, d) for d in days],
    }


def mean(boxes, spans, days, km) -> float:
    """Restricted mean, from the curve where there is one."""
    if not km:
        return restricted(boxes, days)
    kept = fitted(spans).survival_function_.iloc[:, 0]
    return sum(float(kept[kept.index <= d].iloc[-1]) for d in range(days))


def due(s, month, as_of, months) -> bool:
    """Whether a month after the end has closed."""
    return as_of is None or (s.t0 + months[month][1] <= as_of and s.ended_on <= as_of)


def sustained(winners, told, as_of, scale, month, months) -> dict:
    """Still responding, never lost, answered throughout."""
    of = [(s, t) for s, t in zip(winners, told, strict=True) if due(s, month, as_of, months)]
    kept = unknown = silent = here = 0
    for s, t in of:
        target = months[month][2]
        gone = (t["loss"] is not None and t["loss"][1] <= target) or s.retreated <= target
        answered = not np.isnan(s.after[month])
        ok = answered and good(s, s.after[month], scale) and not gone
        whole = all(not np.isnan(s.after[m]) for m in months if m < month)
        kept, unknown = kept + (ok and whole), unknown + (ok and not whole)
        silent, here = silent + (not answered and not gone), here + (answered and whole)
    return {
        "month": month,
        "due": len(of),
        "observed": {"x": kept, "n": here},
        "missing_lost": {"x": kept, "n": len(of)},
        "best_case": {"x": kept + unknown + silent, "n": len(of)},
    }


def retained(ended, as_of, month, months) -> dict:
    """Mean improvement there over mean improvement at the end."""
    both = [s for s in ended if due(s, month, as_of, months) and not np.isnan(s.base - s.end - s.after[month])]
    then, now = (np.array([s.base - v(s) for s in both]) for v in (lambda s: s.end, lambda s: s.after[month]))
    row = {"month": month, "fraction": None, "ci": None, "n": len(both)}
    ci = fieller(now, then) if len(both) >= 10 else None
    return row | ({"fraction": now.mean() / then.mean(), "ci": ci} if ci and then.mean() > 0 else {})
