"""Provenance: what every figure of a clinic carries beside its numbers. What exactly is estimated, of how many, who is
missing, who was left out, and by which definitions; so that no figure travels without it.
"""

from typing import Any

from tracker.charts.captions import asked
from tracker.charts.cohort_words import Frame, Group
from tracker.charts.phrases import count

Told = tuple[tuple[str, str], ...]

ESTIMANDS = {
    "change": "Mean change from the start in due courses that answered, whatever was done meanwhile (treatment "
    "policy). No comparison group: it holds the natural course and regression to the mean.",
    "responders": "Share of due courses whose score reached the line, counted three ways: of those who answered; the "
    "silent as not; the silent as yes. Whatever was done meanwhile counts as it is (treatment policy).",
    "durability": "Share of responders at the end still responding, by intervals (NPMLE). The composite leads: treated "
    "again, surgery, injection or a first opioid is a loss on that day; the treatment policy looks past them.",
    "ecdf": "Share of due courses that improved by at least so much: of those who answered, and with the silent as "
    "the worst.",
    "pairs": "Sessions with a score before and after of all held, and answers of due courses, by practitioner. It "
    "tells of the data, not of care.",
    "funnel": "Improved of due courses, the silent as not improved, over those expected of the same baseline, "
    "condition, chronicity, age and sex. It holds known differences equal and no others.",
    "reactions": "Reported reactions per 1,000 sessions held, with a 95 % interval by people, not by sessions.",
    "dose": "Sessions held within the course against the plan written down, in courses that have ended.",
}


def of(name: str, group: Group, frame: Frame, month: int) -> Told:
    """Terms and what they say of one figure of one group."""
    return (
        ("Estimated", ESTIMANDS[name]),
        ("Counted", _counted(name, group, month)),
        ("Left out", _left_out(name, group)),
        ("Definitions", frame.edition.removeprefix("definitions ")),
    )


def _counted(name: str, group: Group, month: int) -> str:
    """n, due, missing and not yet due, as far as the figure knows them."""
    if name == "durability":
        d = group["durability"]
        n, of = d["responders_at_end"], d["ended"]
        return (
            f"{n} responders of {of} ended; {d['no_end_reading']} missing at the end; {group['courses'] - of} not ended"
        )
    if name == "dose":
        kept = group["kept"]
        return f"{kept['kept']['n']} of {kept['ended']} ended; {group['courses'] - kept['ended']} not ended"
    if name == "reactions":
        told = group["reactions"]["any"]
        return f"{told['sessions']} sessions of {told['people']} people; sessions without a report count as none"
    if name == "pairs":
        told = group["sessions"]
        return f"{told['pairs']} of {told['held']} sessions; {told['held'] - told['pairs']} missing a score"
    return "; ".join(asked(w, group["courses"]) for w in _windows(name, group, month)) or "none due yet"


def _windows(name: str, group: Group, month: int) -> list[dict[str, Any]]:
    """The due windows that the figure shows."""
    only = {"funnel": month, "ecdf": group.get("ecdf_month")}
    return [w for w in group["windows"] if w["due"] and (name not in only or w["month"] == only[name])]


def _left_out(name: str, group: Group) -> str:
    """Who is in no denominator."""
    without, low = group["courses"] - group["with_baseline"], group["too_low"]
    parts = [
        f"{without} without a score at the start" if without else "",
        f"{low} that began too low to judge" if low and name in ("responders", "durability", "ecdf", "funnel") else "",
        f"{group['kept']['no_plan']} without a plan" if name == "dose" else "",
        f"{count(group['staff_entered'], 'score')} entered by staff" if group["staff_entered"] else "",
        "later courses of the same person and condition, and other places of the same course",
    ]
    if name in ("pairs", "reactions", "dose"):
        parts = parts[2:3] + parts[4:]
    return "; ".join(part for part in parts if part)
