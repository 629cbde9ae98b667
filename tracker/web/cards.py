"""Cards: the answers of one source under one heading, folded so that its name, limits and address stand once."""

from collections.abc import Sequence

from tracker.evidence.card import Card


def by_source(cards: Sequence[Card]) -> list[list[Card]]:
    """The cards of each source together, sources in the order in which they first appear."""
    found: dict[str, list[Card]] = {}
    for card in cards:
        found.setdefault(card.id, []).append(card)
    return list(found.values())
