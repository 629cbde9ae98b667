"""The clinic's bars and boxes as SVG: the same values as Plotly's figures, for the first paint."""

from tracker.charts import captions, cohort_words, theme
from tracker.charts.axis import LETTER, Scale
from tracker.charts.cohort_words import Frame, Group
from tracker.charts.draw import box, frame, grid, rule, text
from tracker.charts.phrases import share
from tracker.charts.shares import BEST, SEEN, SILENT, Bar, Box, bars, boxes, depth, headers, percent

PLAIN = Frame()
ROW = 24  # pixels a bar and its air take
NAMES, ROOM = 140, 44  # pixels for the labels at the left, for the per cent at the right
CLASS = {SEEN: "bar-seen", SILENT: "bar-silent", BEST: "bar-best"}
FILL = {SEEN: theme.BLUE, SILENT: theme.GREY, BEST: "none"}
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def responders_svg(group: Group, about: Frame = PLAIN, width: int = 358) -> str:
    """Three bars a window, each with its own denominator."""
    shown, named = bars(group, about), headers(group, about)
    foot = captions.wrapped(captions.responders(group, about, named), _letters(width))
    bottom = 24 + ROW * depth(group, about)
    x = Scale(0, 1, NAMES, width - ROOM)
    inside = [text(about.goal, 0, 14, "label"), *(_bar(b, x) for b in shown), *_foot(foot, bottom + 20)]
    inside += [text(name, 0, 24 + ROW * row + 17, "direct") for row, name in named]
    inside += [] if named else [_unshown(width, bottom / 2)]
    words = cohort_words.responders(group, about)
    return frame("".join(inside), about.goal, words, width, bottom + 18 * len(foot) + 10)


def _bar(b: Bar, x: Scale) -> str:
    """Its name, the bar, its per cent."""
    top = 24 + ROW * b.row + 5
    name = text(b.label, x.first - 8, top + 11, anchor="end")
    if b.share is None:
        return name + text("–", x.first + 4, top + 11, "direct")
    edge = theme.BLUE if b.kind == SEEN else theme.GREY
    drawn = box(x(0), top, x(b.share) - x(0), 14, f"bar {CLASS[b.kind]}", FILL[b.kind], stroke=edge)
    return name + drawn + text(share(b.share), x(b.share) + 6, top + 11, "direct")


def boxes_svg(group: Group, about: Frame = PLAIN, width: int = 358, height: int = 300) -> str:
    """A box a day for each reading of an unconfirmed loss."""
    shown, foot = boxes(group), captions.wrapped(captions.durability(group, about), _letters(width))
    y = Scale(0, 1, height - 78, 54)
    x = Scale(-0.5, max(len(shown), 1) - 0.5, 44, width - 4)
    title = f"Still {about.goal[:1].lower()}{about.goal[1:]}, % of responders at the end"
    inside = [
        text(title, 0, 13, "label"),
        text("hollow: one last answer beyond the line counts as lost", 0, 30, "tick"),
    ]
    inside += [grid([100 * t for t in TICKS], Scale(0, 100, y.first, y.last), x.first, x.last, " %")]
    inside += [_day(b, n, x, y) for n, b in enumerate(shown)] or [_unshown(width, height / 2)]
    return frame(
        "".join([*inside, *_foot(foot, height - 24)]),
        title,
        cohort_words.durability(group, about),
        width,
        height + captions.LINE * (len(foot) - 2),
    )


def _day(b: Box, n: int, x: Scale, y: Scale) -> str:
    """Both boxes, and under them the month and who was followed."""
    named = text(b.label, x(n), y.first + 16, anchor="middle") + text(
        f"{b.followed} followed", x(n), y.first + 32, anchor="middle"
    )
    lost = _box(b.lost, x(n + 0.2), y, "box box-lost", "none", theme.GREY) if b.lost else ""
    return _box(b.kept, x(n - 0.2), y, "box", theme.BLUE, theme.BLUE) + lost + named


def _box(bounds: tuple[float, float], at: float, y: Scale, class_: str, fill: str, edge: str) -> str:
    """A flat one is a line."""
    low, high = bounds
    label = text(percent(low, high).removesuffix(" %"), at, y(high) - 5, "direct", "middle")
    look = {"stroke": edge, "stroke_width": 2, "fill_opacity": 0.25}
    if y(low) == y(high):
        return rule(at - 12, y(low), at + 12, y(low), class_, edge, stroke_width=3) + label
    return box(at - 12, y(high), 24, y(low) - y(high), class_, fill, **look) + label


def _foot(lines: tuple[str, ...], top: float) -> list[str]:
    return [text(line, 0, top + 16 * n) for n, line in enumerate(lines)]


def _letters(width: float) -> int:
    """How many fit across."""
    return int(width / LETTER)


def _unshown(width: float, at: float) -> str:
    return text(captions.NOT_SHOWN, width / 2, at, "empty", "middle")
