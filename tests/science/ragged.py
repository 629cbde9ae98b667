"""Five hundred small ragged cohorts, the same on every machine, and what R's nlme::gls says of each.

Whole scores with ties, visits left out, people seen once or never, groups of nobody. Made from Python's `Random.random`
alone, whose sequence is promised to stay, so that figures stored with the seeds stay figures of the same cohorts.
`python -m tests.science.ragged` makes tests/science/data/gls_r.json anew: R's figures, and how they came.
"""

import json
import subprocess
from pathlib import Path
from random import Random

import numpy as np

from tests.science import public
from tracker.science.record import Bools, Floats, Ints

STORED = Path(__file__).parent / "data" / "gls_r.json"
SEEDS = range(500)
Columns = tuple[Floats, Floats, Bools]
FEWEST = 10  # answers per group and visit, below which no visit is modelled (docs/science/compare.md)

SCRIPT = """
suppressPackageStartupMessages(library(nlme))
cat(c(R.version.string, paste("nlme", packageVersion("nlme"))), sep = "\\n")
optim <- glsControl(maxIter = 500, msMaxIter = 2000, tolerance = 1e-14, msTol = 1e-16, opt = "optim")
nlminb <- glsControl(maxIter = 500, msMaxIter = 2000, tolerance = 1e-14, msTol = 1e-16, opt = "nlminb")
fit <- function(d, control) {
  if (nlevels(d$visit) == 1) return(gls(value ~ g + base, data = d, method = "REML"))
  gls(value ~ 0 + visit + visit:g + visit:base, data = d, weights = varIdent(form = ~ 1 | visit),
    correlation = corSymm(form = ~ k | patient), method = "REML", control = control)
}
all <- read.csv(file("stdin"))
for (cohort in unique(all$cohort)) {
  d <- all[all$cohort == cohort, ]
  d$visit <- factor(d$k)
  V <- nlevels(d$visit)
  # both ways of climbing, the higher of the two maxima; a cohort that neither climbs is left out
  found <- lapply(list(optim, nlminb), function(way) tryCatch(fit(d, way), error = function(e) NULL))
  found <- found[!sapply(found, is.null)]
  if (length(found) == 0) next
  m <- found[[which.max(sapply(found, function(m) as.numeric(logLik(m))))]]
  t <- summary(m)$tTable[if (V == 1) 2 else V + seq_len(V), 1:2, drop = FALSE]
  cat(cohort, formatC(t, digits = 12, format = "g"), "\\n")
}
"""


def cohort(seed: int) -> Columns:
    """Baseline (n), n × V values with NaN, group (n) of one seed."""
    draw = Random(seed).random
    people, visits = 38 + int(26 * draw()), 1 + int(3.4 * draw())
    silent, quits = (0.0, 0.1, 0.2, 0.35)[int(4 * draw())], 0.15 * draw()
    share = 0.0 if seed % 25 == 0 else (0.4, 0.5, 0.6)[seed % 3]  # nobody in the group of every 25th cohort
    in_group = np.array([draw() < share for _ in range(people)])
    baseline = np.array([3.0 + int(8 * draw()) for _ in range(people)])
    values = np.full((people, visits), np.nan)
    for row in range(people):
        person, here = 3 * (draw() + draw() - 1), True
        for visit in range(visits):
            score = 0.6 * baseline[row] + person + 3 * (draw() + draw() - 1) - 1.5 * in_group[row]
            here &= draw() >= quits
            if here and draw() >= silent:
                values[row, visit] = min(max(round(score), 0), 10)
    return baseline, values, in_group


def enough(values: Floats, in_group: Bools) -> Ints:
    """The visits at which ten or more of either group answered."""
    seen = np.isfinite(values)
    return np.flatnonzero(np.minimum(seen[in_group].sum(axis=0), seen[~in_group].sum(axis=0)) >= FEWEST)


def ask(cohorts: dict[str, Columns]) -> tuple[list[str], dict[str, dict[str, list[float]]]]:
    """R's and nlme's versions; per cohort whose gls converged its effects and standard errors by visit."""
    lines = ["cohort,patient,k,base,g,value", *(line for name, one in cohorts.items() for line in _long(name, *one))]
    ran = subprocess.run(["Rscript", "-e", SCRIPT], input="\n".join(lines), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    *versions, rest = ran.stdout.split("\n", 2)
    found = {}
    for name, *figures in (line.split() for line in rest.splitlines()):
        half, column = len(figures) // 2, [float(f) for f in figures]
        found[name] = {"effect": column[:half], "se": column[half:]}
    return versions, found


def _long(name: str, baseline: Floats, values: Floats, in_group: Bools) -> list[str]:
    """One line per answer of the visits that have enough; they count from 1."""
    return [
        f"{name},{row},{k},{float(baseline[row])!r},{int(in_group[row])},{float(values[row, visit])!r}"
        for k, visit in enumerate(enough(values, in_group), 1)
        for row in np.flatnonzero(np.isfinite(values[:, visit]))
    ]


def main() -> None:
    """Write the stored figures: of the cohorts made here, and of public data, which stay outside the repository."""
    real = {"vickers": public.vickers(), "crossover": public.crossover()}
    versions, found = ask({str(seed): cohort(seed) for seed in SEEDS} | real)
    told = {"versions": versions, "code": SCRIPT, "made_by": "python -m tests.science.ragged"}
    rows = ",\n".join(f"{json.dumps(name)}:{json.dumps(one, separators=(',', ':'))}" for name, one in found.items())
    STORED.write_text(f'{{"provenance":{json.dumps(told)},\n"figures":{{\n{rows}\n}}}}\n')


if __name__ == "__main__":
    main()
