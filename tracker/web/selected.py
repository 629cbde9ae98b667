"""Selected: what a summary was asked for, in words that stand in every picture and name every file."""

from typing import Any

from tracker.evidence.panel import CONDITION_WORDS

ALL = "all courses"


def words(selection: dict[str, Any]) -> str:
    """2026-Q1 · neck pain · Cho · cupping · combined; all courses where nothing was chosen."""
    condition, modality = selection.get("condition"), selection.get("modality")
    parts = [
        selection.get("period") and f"begun in {selection['period'].replace('-', ' ')}",
        condition and CONDITION_WORDS[condition],
        selection.get("practitioner"),
        modality and modality.replace("_", " "),
        selection.get("combined")
        and {"alone": "one treatment", "combined": "several treatments"}[selection["combined"]],
    ]
    return " · ".join(part for part in parts if part) or ALL
