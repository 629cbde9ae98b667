"""The recount of slopes: one line at a time, every matrix written out, and each drawn towards the others'."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false, reportOperatorIssue=false
# (scipy stubs know less than the library)
import numpy as np
from scipy import optimize, stats

NAMES = ("improving", "no_clear_change", "uncertain", "worsening", "not_enough", "at_the_end_of_the_scale")


def columns(weeks) -> tuple:
    """days from start, scores."""
    return tuple(np.array(c, float) for c in zip(*weeks, strict=True)) if weeks else (np.empty(0),) * 2


def alike(days, phi):
    """V: how much scores so far apart resemble each other."""
    return phi ** (np.abs(np.subtract.outer(days, days)) / 7)


def line(weeks, scale, phi: float) -> tuple:
    """slope per week, its interval, label."""
    days, y = columns(weeks)
    if len(days) < 5 or days[-1] - days[0] < 21:
        return None, None, "not_enough"
    if max((y <= scale.low).mean(), (y >= scale.high).mean()) > 0.5:
        return None, None, "at_the_end_of_the_scale"
    slope, span = 7 * stats.linregress(days, y).slope, days[-1] - days[0]
    if len(days) < 8 or span < 28:
        return slope, None, "not_enough"
    x = np.column_stack([np.ones(len(days)), days])
    hat = x @ np.linalg.pinv(x)
    m, v = np.eye(len(days)) - hat, alike(days, phi)
    c, rest = np.linalg.pinv(x)[1], (np.eye(len(days)) - hat) @ y
    mv = m @ v
    half = (
        7
        * np.sqrt(rest @ rest * (c @ v @ c) / np.trace(mv))
        * stats.t.ppf(0.975, np.trace(mv) ** 2 / np.trace(mv @ mv))
    )
    low, high, moved = slope - half, slope + half, abs(slope * span / 7) >= (scale.high - scale.low) / 10 - 1e-9
    aside = low > 1e-12 or high < -1e-12  # equal scores leave a slope and an interval of nothing but rounding
    if moved and aside:
        return slope, [low, high], "improving" if high < 0 else "worsening"
    return slope, [low, high], "uncertain" if moved or aside else "no_clear_change"


def trend(told, scale, phi) -> dict:
    """Counts of labels and the mean slope. told: the weeks of each course."""
    lines = [line(weeks, scale, phi) for weeks in told]
    slopes = [slope for slope, _, _ in lines if slope is not None]
    labels = {name: sum(label == name for _, _, label in lines) for name in NAMES}
    return {"courses": len(slopes), "mean_slope_per_week": float(np.mean(slopes)) if slopes else None, "labels": labels}


def courses(every, scale, phi) -> list[dict]:
    """What the JSON's list says of each series' slope."""
    lines = [line(s.weeks, scale, phi) for s in every]
    sloping = [(s, slope) for s, (slope, _, _) in zip(every, lines, strict=True) if slope is not None]
    sd, r = noise([s.weeks for s, _ in sloping], scale, phi)
    drawn = {}
    for condition in {s.condition for s, _ in sloping}:
        mine = [(s, slope, variance(s.weeks, sd, r)) for s, slope in sloping if s.condition == condition]
        if len(mine) >= 20:
            found = shrunken(*(np.array(column, float) for column in ([b for _, b, _ in mine], [v for *_, v in mine])))
            drawn |= {id(s): one for (s, _, _), one in zip(mine, found, strict=True)}
    return [
        {
            **dict(zip(("slope_per_week", "slope_ci", "label"), told, strict=True)),
            **dict(zip(("slope_shrunken", "slope_shrunken_ci"), drawn.get(id(s), (None, None)), strict=True)),
        }
        for s, told in zip(every, lines, strict=True)
    ]


def noise(told, scale, phi) -> tuple:
    """SDw and r from the steps from one score to the next; below 20 series a tenth of the scale and a half."""
    pieces = [(np.diff(days) / 7, np.diff(y)) for days, y in map(columns, told)]
    if len(pieces) < 20:
        return (scale.high - scale.low) / 10, 0.5
    square = sum((step**2).sum() for _, step in pieces)
    return np.sqrt(square / sum((2 * (1 - phi**gap)).sum() for gap, _ in pieces)), phi


def variance(weeks, sd, r) -> float:
    """Of the slope per week over these days."""
    days, _ = columns(weeks)
    c = 7 * np.linalg.pinv(np.column_stack([np.ones(len(days)), days]))[1]
    return sd**2 * (c @ alike(days, r) @ c)


def shrunken(b, v) -> list[tuple]:
    """Each slope drawn towards the mean, with its interval; the spread by Paule and Mandel's equation."""

    def mean(tau2):
        return np.average(b, weights=1 / (v + tau2))

    def excess(tau2):
        return ((b - mean(tau2)) ** 2 / (v + tau2)).sum() - (len(b) - 1)

    far = v.max()
    while excess(far) > 0:
        far *= 2
    tau2 = optimize.brentq(excess, 0, far, xtol=1e-15) if excess(0.0) > 0 else 0.0
    w, m = tau2 / (tau2 + v), mean(tau2)
    theta = m + w * (b - m)
    half = stats.norm.ppf(0.975) * np.sqrt(w * v + (1 - w) ** 2 / (1 / (v + tau2)).sum())
    return [(middle, [middle - h, middle + h]) for middle, h in zip(theta, half, strict=True)]
