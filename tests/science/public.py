"""Public data beside the project, as columns: Vickers 2004, a migraine diary, a crossover of pain scores.

../shared/data/README.md names sources and licences. None of it is part of this repository; tests that use it are
marked `here`.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.science import gls

FOLDER = Path(__file__).parents[3] / "shared" / "data"
DIARY, CROSSOVER = FOLDER / "kostecki_dillon_migraine_diary.csv", FOLDER / "amitriptyline_crossover_nrs.csv"

here = pytest.mark.skipif(
    not all(file.exists() for file in (gls.VICKERS, DIARY, CROSSOVER)), reason="public data not in ../shared/data"
)


def vickers() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Baseline (n), n × 2 headache scores at 3 and 12 months with NaN, acupuncture or not."""
    told = gls.vickers()
    return np.array(told["baseline"]), np.array(told["values"], float), np.array(told["in_group"], bool)


def crossover() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pain 0–10 at week 1 (n), at weeks 3 and 6 (n × 2), amitriptyline or placebo; first period, nobody silent."""
    rows = pd.read_csv(CROSSOVER).query("Period == 1")
    return rows.T1.to_numpy(float), rows[["T2", "T3"]].to_numpy(float), (rows.Treatment == "A").to_numpy()


def diary() -> pd.DataFrame:
    """id, day, ache (0, 1) and kind (0, 1, 2) with the gaps there are.

    Days count from a person's first diary day on or after the start of treatment.
    """
    rows = pd.read_csv(DIARY).query("time >= 0").drop_duplicates(["id", "time"]).sort_values(["id", "time"])
    day = rows.time - rows.groupby("id").time.transform("min")
    kind = pd.Categorical(rows.hatype, ["Aura", "No Aura", "Mixed"]).codes
    return pd.DataFrame({"id": rows.id, "day": day, "ache": (rows.headache == "yes") * 1, "kind": kind})


def fifth_headache() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """133 people's (left, right] to the fifth headache day and the kind of headache; a gap in the diary widens it."""
    spans = []
    for _, mine in diary().groupby("id"):
        at = np.flatnonzero(mine.ache.to_numpy().cumsum() == 5)
        days = mine.day.to_numpy(float)
        span = (days[at[0] - 1], days[at[0]]) if at.size else (days[-1], np.inf)
        spans.append((*span, mine.kind.iloc[0]))
    left, right, kind = np.array(spans).T
    return left, right, kind.astype(np.int64)
