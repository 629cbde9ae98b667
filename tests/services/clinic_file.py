"""A made-up clinic as a tidy CSV: what a year of logging looks like, with gaps, lapses and oddities."""

import csv
import io
from datetime import date, datetime, timedelta

import numpy as np

COLUMNS = (
    "patient,condition,course,course_start,course_end,session,kind,instrument,"
    "recorded_at,value,site,side,group,entered_by"
)
FIRST = date(2023, 1, 2)
SITES = {"knee_oa": "knee", "other_msk": "hip"}


class Clinic:
    """Collects the rows of one file; worse: every pain score turned upside down, so that people get worse."""

    def __init__(self, seed: int, weekly: bool = False, worse: bool = False):
        self.rng, self.weekly, self.worse, self.rows = np.random.default_rng(seed), weekly, worse, []

    def text(self) -> str:
        """The file."""
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS.split(","), restval="")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()

    def course(
        self, patient: str, condition: str, number: int, start: date, group: str, sides: tuple[str, ...]
    ) -> None:
        """One course at one or two sides."""
        fixed = {
            "patient": patient,
            "condition": condition,
            "course": f"c{number}",
            "course_start": start,
            "group": group,
        }
        visits = [start + timedelta(7 * k) for k in range(self.rng.integers(1, 9))]
        if self.rng.random() < 0.25:
            visits.append(visits[-1] + timedelta(int(self.rng.choice([20, 28, 29, 60, 200]))))
        if self.rng.random() < 0.3:
            fixed["course_end"] = visits[-1] + timedelta(int(self.rng.integers(-3, 60)))
            fixed["course_end"] = max(fixed["course_end"], start)
        for side in sides:
            self._place({**fixed, "side": side, "site": SITES[fixed["condition"]]}, start, visits)
        self._impression(fixed, visits[-1])

    def _place(self, fixed: dict, start: date, visits: list[date]) -> None:
        """Everything scored at one place."""
        rng, level = self.rng, int(self.rng.choice([0, 2, 5, 6, 7, 8, 9, 10]))
        helped = rng.random() < 0.8
        for k in range(rng.integers(0, 5)):
            self._put(fixed, "baseline", "nrs_week", start - timedelta(int(4 * k)), self._near(level), 8)
        for k, day in enumerate(visits):
            before = self._near(level - k * helped)
            if rng.random() < 0.8:
                self._put(fixed, "before", "nrs_now", day, before, 9, session=f"s{day}")
            if rng.random() < 0.7:
                self._put(
                    fixed,
                    "after",
                    "nrs_now",
                    day,
                    self._near(before - 2),
                    10 - 2 * (rng.random() < 0.1),
                    session=f"s{day}",
                )
            self._put(fixed, "check_in", "nrs_week", day + timedelta(2), self._near(level - k * helped), 20)
        self._put(fixed, "before", "nrs_now", visits[-1], None, 9, session=f"s{visits[-1]}")
        self._after(fixed, visits[-1], level, helped)

    def _after(self, fixed: dict, t0: date, level: int, helped: bool) -> None:
        """The year after, with a lapse for some and silence here and there."""
        lapse = int(self.rng.choice([40, 100, 200, 300, 900]))
        weeks = range(1, 54) if self.weekly else (1, 2, 4, 8, 13, 14, 26, 27, 39, 40, 52, 53)
        for week in weeks:
            if self.weekly or self.rng.random() < 0.8:
                day = 7 * week + (0 if self.weekly else int(self.rng.integers(-2, 3)))
                value = self._near(level * (0.3 if helped and day < lapse else 0.95), 0 if self.weekly else 1)
                self._put(fixed, "check_in", "nrs_week", t0 + timedelta(day), value, int(self.rng.integers(7, 22)))

    def _impression(self, fixed: dict, t0: date) -> None:
        """How they see it themselves, at three months."""
        if self.rng.random() < 0.7:
            self._put(fixed, "check_in", "pgic", t0 + timedelta(91), int(self.rng.integers(1, 8)), 12)

    def _near(self, value: float, noise: int = 1) -> int:
        """A whole score near a value."""
        return int(np.clip(round(value + self.rng.integers(-noise, noise + 1)), 0, 10))

    def _put(
        self, fixed: dict, kind: str, instrument: str, day: date, value: int | None, hour: int, session: str = ""
    ) -> None:
        """One line."""
        at = datetime(day.year, day.month, day.day, hour, int(self.rng.integers(60)), int(self.rng.integers(60)))  # noqa: DTZ001
        who = "patient" if self.weekly else self.rng.choice(["patient", "staff", "assisted"], p=[0.95, 0.03, 0.02])
        if self.worse and value is not None and instrument != "pgic":
            value = 10 - value
        blank = "" if value is None else value
        line = {
            "kind": kind,
            "instrument": instrument,
            "recorded_at": at.isoformat(),
            "value": blank,
            "session": session,
        }
        self.rows.append({**fixed, **line, "entered_by": who})

    def second_scores(self) -> None:
        """Every ninth score around a session is also told to somebody half an hour earlier, and otherwise."""
        for line in [one for one in self.rows if one["session"] and one["value"] != ""][::9]:
            at = datetime.fromisoformat(line["recorded_at"]) - timedelta(minutes=30)
            told = {"recorded_at": at.isoformat(), "value": (line["value"] + 3) % 11, "entered_by": "assisted"}
            self.rows.append({**line, **told})


def clinic_file(seed: int, patients: int = 120, weekly: bool = False, worse: bool = False) -> str:
    """The CSV text of a clinic with two groups and two conditions; some patients come twice, some with both sides."""
    made = Clinic(seed, weekly, worse)
    for n in range(patients):
        group = "usual" if n % 3 == 0 else "needles"
        condition = "other_msk" if n % 4 == 1 else "knee_oa"
        sides = ("left", "right") if n % 7 == 0 else ("left",)
        start = FIRST + timedelta(int(made.rng.integers(0, 200)))
        made.course(f"p{n}", condition, 1, start, group, sides)
        if n % 5 == 0:
            made.course(f"p{n}", condition, 2, start + timedelta(300), group, sides[:1])
    made.second_scores()
    return made.text()
