"""Summaries of clinics in the shape that `outcomes --json` writes: the fixtures of the clinic's figures."""

from typing import Any

MONTHS = {1: (200, 160, 70), 3: (182, 131, 58), 6: (150, 100, 44), 9: (90, 40, 15), 12: (0, 0, 0)}


def window(month: int, due: int, n: int, x: int) -> dict[str, Any]:
    """One follow-up month with n answers of which x are responders."""
    three = {
        "threshold": 0.3,
        "observed": {"x": x, "n": n, "share": x / n if n else None, "ci": [0.36, 0.53] if n else None},
        "missing_not_improved": {"x": x, "n": due, "share": x / due if due else None, "ci": None},
        "best_case": {"x": x + due - n, "n": due, "share": (x + due - n) / due if due else None, "ci": None},
    }
    improvement = {"mean": 1.9 - month / 20, "ci": [1.2 - month / 20, 2.6]} if n else {"mean": None, "ci": None}
    return {"month": month, "due": due, "n": n, "improvement": improvement, "responders": [three]}


def survival(day: int, low: float | None, high: float | None, followed: int, drop: float = 0.05) -> dict[str, Any]:
    """Bounds on one day and the bounds if unconfirmed losses count."""
    lost = {"low": None, "high": None} if low is None or high is None else {"low": low - drop, "high": high - drop}
    return {"day": day, "low": low, "high": high, "followed": followed, "if_unconfirmed_lost": lost}


def durability(drop: float = 0.05) -> dict[str, Any]:
    """Seventy-eight responders, followed for nine months."""
    rows = [survival(91, 0.82, 0.88, 70, drop), survival(182, 0.66, 0.66, 51, drop)]
    rows += [survival(273, 0.5, 0.61, 22, drop), survival(364, None, None, 4)]
    counts = {"ended": 205, "responders_at_end": 78, "never_responded": 95, "no_end_reading": 32}
    return counts | {"lost": 21, "unconfirmed": 4, "censored": 48, "retreated": 5, "survival": rows, "npmle": []}


def group(**more: Any) -> dict[str, Any]:
    """A clinic of 222 courses."""
    steps = [n / 20 for n in range(-10, 21)]
    shares = [(s, 0.9 - 0.5 * (s + 0.5)) for s in steps]
    curve = [{"improvement": s, "share": y, "missing_as_worst": y * 0.7} for s, y in shares]
    told = {"windows": [window(m, *counts) for m, counts in MONTHS.items()], "durability": durability(), "ecdf": curve}
    return {"courses": 222, "notes": [], **told, **more}


def empty() -> dict[str, Any]:
    """A clinic in its first week."""
    nothing = durability() | {"survival": None, "responders_at_end": 3, "ended": 3, "never_responded": 0}
    notes = ["3 responders have a score later than 60 days after the course, fewer than 20: no survival figures."]
    return group(windows=[window(m, 0, 0, 0) for m in MONTHS], durability=nothing, ecdf=None, courses=12, notes=notes)


def summary() -> dict[str, Any]:
    """The whole of it."""
    instrument: dict[str, Any] = {
        "code": "nrs_week",
        "min": 0,
        "max": 10,
        "better": "lower",
        "responder": 0.3,
        "source": None,
    }
    return {"definitions": "1", "as_of": "2026-11-22", "groups": {"all": group()}, "instrument": instrument}
