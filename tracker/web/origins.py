"""Origins: where the numbers of this house come from. Warning signs, limits, questions, codes and reactions, each with
its source; for a clinic's admins.
"""

from typing import Any

from flask import Blueprint, render_template

from tracker.evidence import codes
from tracker.evidence.beside import red_flags
from tracker.evidence.library import library
from tracker.evidence.reactions import reactions
from tracker.evidence.records import Threshold
from tracker.science.scales import CONDITIONS, INSTRUMENTS
from tracker.web import signs
from tracker.web.doors import admits

SCALES = {  # what a limit is on, where it is no instrument that is asked here
    "nrs": "pain of 10",
    "vas": "pain, a line of 100 mm",
    "rmdq": "Roland-Morris",
    "odi": "Oswestry",
    "promis_pi": "PROMIS pain interference",
}
KINDS = {
    "responder": "is called a response",
    "important": "is a change people notice",
    "detectable": "is the least that one pair of scores can show",
    "acceptable": "is a state people call acceptable",
    "limit": "is a limit",
}

blp = Blueprint("origins", __name__, url_prefix="/clinic/evidence/numbers")


@blp.get("")
@admits("clinic_admin")
def page() -> str:
    """Everything with its source."""
    return render_template("clinic/origins.html", **shown())


def shown() -> dict[str, Any]:
    """What the page lists."""
    known = library()
    return {
        "flags": [(flag, signs.sign(flag), signs.SPEED[flag.action]) for flag in red_flags()],
        "thresholds": known.thresholds,
        "choices": known.measures.choices,
        "asked": known.measures.instruments,
        "loinc": codes.of_instruments(tuple(known.measures.loinc)),
        "icd10": [one for condition in CONDITIONS for one in codes.of_condition(condition) if one.system != "LOINC"],
        "reactions": reactions(),
        "records": {record.id: record for record in known.records},
        "conditions": CONDITIONS,
    }


@blp.app_template_filter("limit")
def limit(one: Threshold) -> str:
    """10 to 20 per cent of the start is a change people notice."""
    value = f"{one.value:g}" if one.high is None else f"{one.value:g} to {one.high:g}"
    return f"{value} {one.unit} {KINDS[one.kind]}"


@blp.app_template_filter("scale")
def scale(code: str) -> str:
    """What a limit or a code is of; empty where it is an instrument that has words of its own."""
    return "" if code in INSTRUMENTS else SCALES.get(code, code)
