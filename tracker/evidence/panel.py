"""Panel: the cards beside one chart, by comparison, and the sentences that sum them up without counting votes."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.evidence.card import Card

HEADINGS = {
    "sham": "Against sham acupuncture",
    "usual": "Against usual care or no acupuncture",
    "drugs": "Against medicines",
    "guideline": "Guidelines",
    "other": "Against other treatments, or several comparisons together",
    "course": "How this pain changes by itself or with any care",
    "safety": "Unwanted effects",
}
ANSWERS = ("sham", "usual", "drugs", "guideline")  # the groups in which sources can disagree
FAVOUR = ("better", "for")
DOUBT = ("no_clear_difference", "worse", "mixed", "against", "limited")
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

    @property
    def cards(self) -> tuple[Card, ...]:
        """All cards in reading order."""
        return tuple(c for g in self.groups for c in g.cards)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the records shown, each once, in reading order."""
        return tuple(dict.fromkeys(c.id for c in self.cards))


def panel(condition: str, cards: Sequence[Card], named: str) -> Panel:
    """The panel of cards already in order; `named` is what the chart is about, in words."""
    groups = tuple(_group(key, cards, named) for key in HEADINGS)
    disagreement = _disagreement(groups)
    return Panel(condition, groups, bool(disagreement), disagreement, _summary(groups, bool(disagreement), named))


def _group(key: str, cards: Sequence[Card], named: str) -> Group:
    own = tuple(c for c in cards if c.group == key)
    return Group(key, HEADINGS[key], own, None if own else f"None seen for {named}.")


def _disagreement(groups: Sequence[Group]) -> str:
    """Which groups hold sources that differ; empty where none does."""
    split = [g.heading for g in groups if g.key in ANSWERS and _split(g.cards)]
    return f"Sources differ here: {'; '.join(split)}. Both sides are shown." if split else ""


def _split(cards: Sequence[Card]) -> bool:
    """Whether one source speaks in favour and another one does not."""
    favour = {c.id for c in cards if c.direction in FAVOUR}
    doubt = {c.id for c in cards if c.direction in DOUBT}
    return any(a != b for a in favour for b in doubt)


def _summary(groups: Sequence[Group], disagree: bool, named: str) -> str:
    n = len({c.id for g in groups if g.key in (*ANSWERS, "other") for c in g.cards})
    if n == 0:
        return f"No study or guideline was seen for {named}, so none stands beside this chart."
    agree = "they do not all agree" if disagree else "they do not contradict each other"
    counted = f"{n} sources; {agree}." if n > 1 else "1 source only."
    return f"{counted} Studies of groups cannot say what will happen to you."
