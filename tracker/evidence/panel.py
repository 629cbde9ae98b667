"""Panel: the cards beside one chart, by comparison, and the sentences that sum them up without counting votes."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker import tongue
from tracker.evidence.card import Card
from tracker.evidence.shown import ANSWERS, DOUBT, FAVOUR, Chart, Shown
from tracker.tongue import _, _n, english

HEADINGS = {
    "sham": english("Against sham acupuncture"),
    "usual": english("Against usual care or no acupuncture"),
    "drugs": english("Against medicines"),
    "guideline": english("Guidelines"),
    "other": english("Against other treatments, or several comparisons together"),
    "course": english("How this pain changes by itself or with any care"),
    "safety": english("Unwanted effects"),
}
CONDITION_WORDS = {
    "low_back": english("low back pain"),
    "neck": english("neck pain"),
    "knee_oa": english("knee osteoarthritis"),
    "headache": english("headache"),
    "migraine": english("migraine"),
    "tension_headache": english("tension headache"),
    "other_msk": english("other muscle or joint pain"),
}
PHASE_WORDS = {
    "acute": english("acute {pain}"),
    "subacute": english("subacute {pain}"),
    "chronic": english("chronic {pain}"),
}
SPAN = {
    (True, True): english(
        "The chart shows {n} months after the course. Sources that looked at about that time stand first."
    ),
    (True, False): english("The chart shows {n} months after the course. No source here looked at about that time."),
    (False, True): english(
        "The chart shows the end of the course. Sources that looked at about that time stand first."
    ),
    (False, False): english("The chart shows the end of the course. No source here looked at about that time."),
}
OF_GROUPS = english("Studies of groups cannot say what will happen to you.")
NO_COMPARISON = english("A clinic's own figures have no comparison group; the gaps below are gaps between two groups.")
IN_SIGHT = 2  # answers a reader sees before opening the rest


@dataclass(frozen=True)
class Group:
    """The cards of one comparison, or the sentence that none was seen."""

    key: str
    heading: str
    cards: tuple[Card, ...]
    none_seen: str | None

    @property
    def folded(self) -> bool:
        """Whether its heading is enough at first: it does not answer what acupuncture was compared with."""
        return self.key not in ANSWERS

    @property
    def in_sight(self) -> tuple[Card, ...]:
        """The first answers, and the first of the other side where sources differ: no side is ever folded away."""
        first = self.cards[:IN_SIGHT]
        missing = [side for side in (FAVOUR, DOUBT) if not any(c.direction in side for c in first)]
        others = (next((c for c in self.cards if c.direction in side), None) for side in missing)
        return first + tuple(c for c in others if c)


@dataclass(frozen=True)
class Panel:
    """What stands beside one chart, in reading order."""

    condition: str
    groups: tuple[Group, ...]
    disagree: bool
    disagreement: str
    summary: str
    span: str = ""
    caution: str = ""

    @property
    def cards(self) -> tuple[Card, ...]:
        """All cards in reading order."""
        return tuple(c for g in self.groups for c in g.cards)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the records shown, each once, in reading order."""
        return tuple(dict.fromkeys(c.id for c in self.cards))


def panel(shown: Shown, cards: Sequence[Card], chart: Chart, near: bool) -> Panel:
    """The panel of cards already in order; `near`: some of them looked at about the month shown."""
    what = _named(shown)
    groups = tuple(_group(key, cards, what) for key in HEADINGS if key in chart.groups)
    disagreement = _disagreement(groups)
    summary = _summary(groups, bool(disagreement), what)
    caution = _(NO_COMPARISON) if chart.clinic and cards else ""
    return Panel(shown.condition, groups, bool(disagreement), disagreement, summary, _span(shown, near), caution)


def _named(shown: Shown) -> str:
    """What the chart is about: chronic low back pain."""
    pain = _(CONDITION_WORDS[shown.condition])
    return _(PHASE_WORDS[shown.chronicity], pain=pain) if shown.chronicity else pain


def _span(shown: Shown, near: bool) -> str:
    """Which time the chart shows, and whether a source looked at about that time."""
    return "" if shown.month is None else _(SPAN[shown.month > 0, near], n=f"{shown.month:g}")


def _group(key: str, cards: Sequence[Card], what: str) -> Group:
    own = tuple(c for c in cards if c.group == key)
    return Group(key, _(HEADINGS[key]), own, None if own else _("None seen for {what}.", what=what))


def _disagreement(groups: Sequence[Group]) -> str:
    """Which groups hold sources that differ; empty where none does."""
    split = "; ".join(g.heading for g in groups if g.key in ANSWERS and _split(g.cards))
    return _("Sources differ here: {groups}. Both sides are shown.", groups=split) if split else ""


def _split(cards: Sequence[Card]) -> bool:
    """Whether one source speaks in favour and another one does not."""
    favour = {c.id for c in cards if c.direction in FAVOUR}
    doubt = {c.id for c in cards if c.direction in DOUBT}
    return any(a != b for a in favour for b in doubt)


def _summary(groups: Sequence[Group], disagree: bool, what: str) -> str:
    n = len({c.id for g in groups if g.key in (*ANSWERS, "other") for c in g.cards})
    if n == 0:
        return _("No study or guideline was seen for {what}, so none stands beside this chart.", what=what)
    return tongue.here().between.join((_counted(n, disagree), _(OF_GROUPS)))


def _counted(n: int, disagree: bool) -> str:
    if disagree:
        return _("{n} sources; they do not all agree.", n=n)
    return _n("1 source only.", "{n} sources; they do not contradict each other.", n)
