"""Exposures: what else a person takes or receives during a course, with the days on which it began and ended."""

from tracker.science.scales import MEDICINE_CLASSES, MODALITIES

KINDS = ("modality", "medicine", "other")
MEDICINES = (
    *(code.removeprefix("medicine_days_") for code in MEDICINE_CLASSES),
    *("anti_inflammatory", "nerve_pain", "muscle_relaxant", "steroid", "preventive", "other_medicine"),
)
CODES = {"modality": MODALITIES, "medicine": MEDICINES, "other": ()}
ALL_CODES = tuple(dict.fromkeys((*MODALITIES, *MEDICINES)))
LONGEST_LABEL = 200  # characters
