"""Slopes, their intervals and degrees of freedom, with the covariance that R's nlme makes of the days (corCAR1).

The figures of 50 series stand stored with R's code and versions, so that a machine without R checks them too;
`python -m tests.science.test_slopes_in_r` makes them anew.
"""

import json
import shutil
import subprocess
from pathlib import Path
from random import Random

import numpy as np
import pytest

from tracker.science import trend
from tracker.science.scales import Instrument

STORED = Path(__file__).parent / "data" / "slopes_r.json"
WIDE = Instrument("wide", -1000, 1000)
SCRIPT = """
suppressPackageStartupMessages(library(nlme))
cat(c(R.version.string, paste("nlme", packageVersion("nlme"))), sep = "\\n")
all <- read.csv(file("stdin"))
for (k in unique(all$k)) {
  d <- all[all$k == k, ]
  V <- corMatrix(Initialize(corCAR1(d$phi[1], form = ~ week, fixed = TRUE), data = d))
  m <- lm(y ~ week, data = d)
  X <- model.matrix(m)
  P <- solve(t(X) %*% X) %*% t(X)
  MV <- (diag(nrow(X)) - X %*% P) %*% V
  df <- sum(diag(MV))^2 / sum(diag(MV %*% MV))
  half <- qt(.975, df) * sqrt(sum(resid(m)^2) * as.numeric(P[2, ] %*% V %*% P[2, ]) / sum(diag(MV)))
  cat(k, formatC(c(coef(m)[2], coef(m)[2] - half, coef(m)[2] + half), digits = 15, format = "g"), "\\n")
}
"""


def one(seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Days, whole scores and φ of a series with gaps, the same on every machine."""
    draw = Random(seed).random
    weeks = [week for week in range(12 + int(20 * draw())) if draw() < 0.8]
    scores = [round(6 - 0.1 * week + 4 * (draw() - 0.5)) for week in weeks]
    return 7.0 * np.array(weeks), np.array(scores, float), 0.1 + 0.8 * draw()


def ask(seeds) -> tuple[list[str], dict[str, list[float]]]:
    """R's versions; slope, low and high of each series."""
    made = [(seed, *one(seed)) for seed in seeds]
    rows = [
        f"{k},{phi!r},{d / 7!r},{y!r}"
        for k, day, score, phi in made
        for d, y in zip(day.tolist(), score.tolist(), strict=True)
    ]
    ran = subprocess.run(
        ["Rscript", "-e", SCRIPT], input="\n".join(["k,phi,week,y", *rows]), capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    *versions, rest = ran.stdout.split("\n", 2)
    return versions, {k: [float(x) for x in told] for k, *told in (line.split() for line in rest.splitlines())}


def ours(seed: int) -> list[float]:
    """The same three of the trend."""
    day, score, phi = one(seed)
    found = trend.fit([day], [score], WIDE, phi)
    return [column[0].item() for column in (found.slope, found.low, found.high)]


def test_slopes_and_intervals_are_those_stored_from_r():
    told = json.loads(STORED.read_text())
    assert told["provenance"]["code"] == SCRIPT
    assert len(told["figures"]) == 50
    for seed, figures in told["figures"].items():
        assert ours(int(seed)) == pytest.approx(figures, rel=1e-9, abs=1e-11)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is missing: install r-base-core and r-cran-nlme")
def test_r_says_today_what_is_stored_of_every_fifth_series():
    told = json.loads(STORED.read_text())["figures"]
    for seed, figures in ask(range(0, 50, 5))[1].items():
        assert figures == pytest.approx(told[seed], rel=1e-12)


def main() -> None:
    """Write the stored figures."""
    versions, found = ask(range(50))
    told = {"versions": versions, "code": SCRIPT, "made_by": "python -m tests.science.test_slopes_in_r"}
    rows = ",\n".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in found.items())
    STORED.write_text(f'{{"provenance":{json.dumps(told)},\n"figures":{{\n{rows}\n}}}}\n')


if __name__ == "__main__":
    main()
