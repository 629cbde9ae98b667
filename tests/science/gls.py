"""The MMRM in R: nlme::gls for estimates and standard errors, and Satterthwaite's degrees of freedom the long way.

R shares nothing with the floor it checks: gls holds variances and correlations, not a Cholesky factor; the degrees of
freedom come from the entries of Σ, every patient's matrix written out, second differences of the likelihood itself.
`python -m tests.science.gls` makes tests/science/data/mmrm_r.json anew: invented cohorts, R's figures, how they came.
"""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np

STORED = Path(__file__).parent / "data" / "mmrm_r.json"
VICKERS = Path(__file__).parents[3] / "shared" / "data" / "vickers2004_tidy.csv"

SCRIPT = """
suppressPackageStartupMessages(library(nlme))
versions <- c(R.version.string, paste("nlme", packageVersion("nlme")))
cat(versions, sep = "\\n")
# optim: central differences; nlminb's forward ones stop some 1e-5 from the maximum
tight <- glsControl(maxIter = 500, msMaxIter = 2000, tolerance = 1e-14, msTol = 1e-16, opt = "optim")
reml <- function(S, people) {                      # -2 log-likelihood without its constant, and the effects' covariance
  f <- 0; A <- 0; b <- 0
  for (p in people) {
    W <- solve(S[p$k, p$k])
    A <- A + t(p$X) %*% W %*% p$X; b <- b + t(p$X) %*% W %*% p$y
    f <- f + determinant(S[p$k, p$k, drop = FALSE])$modulus + t(p$y) %*% W %*% p$y
  }
  list(f = as.numeric(f + determinant(A)$modulus - t(b) %*% solve(A, b)), C = solve(A))
}
satterthwaite <- function(d, S) {
  V <- nrow(S)
  people <- lapply(split(d, d$patient), function(p) {
    X <- matrix(0, nrow(p), 3 * V)
    for (i in seq_len(nrow(p))) X[i, (p$k[i] - 1) * 3 + 1:3] <- c(1, p$g[i], p$base[i])
    list(k = p$k, X = X, y = p$value)
  })
  at <- which(lower.tri(S, diag = TRUE), arr.ind = TRUE)
  h <- 1e-3 * sqrt(diag(S)[at[, 1]] * diag(S)[at[, 2]])
  moved <- function(s) { for (j in seq_along(s)) { S[at[j, 1], at[j, 2]] <- S[at[j, 1], at[j, 2]] + s[j]
    S[at[j, 2], at[j, 1]] <- S[at[j, 1], at[j, 2]] }; reml(S, people) }
  one <- function(j, times = 1) { s <- 0 * h; s[j] <- times * h[j]; s }
  K <- length(h); H <- matrix(0, K, K); slopes <- matrix(0, K, V); groups <- 3 * seq_len(V) - 1
  for (j in 1:K) {
    slopes[j, ] <- (diag(moved(one(j))$C) - diag(moved(one(j, -1))$C))[groups] / (2 * h[j])
    for (l in 1:j) H[j, l] <- H[l, j] <- (moved(one(j) + one(l))$f - moved(one(j) - one(l))$f
      - moved(one(l) - one(j))$f + moved(-one(j) - one(l))$f) / (4 * h[j] * h[l])
  }
  C <- diag(reml(S, people)$C)[groups]
  2 * C^2 / diag(t(slopes) %*% (2 * solve(H)) %*% slopes)
}
all <- read.csv(file("stdin"))
for (cohort in unique(all$cohort)) {
  d <- all[all$cohort == cohort, ]
  d$visit <- factor(d$k)
  m <- gls(value ~ 0 + visit + visit:g + visit:base, data = d, weights = varIdent(form = ~ 1 | visit),
    correlation = corSymm(form = ~ k | patient), method = "REML", na.action = na.omit, control = tight)
  V <- nlevels(d$visit)
  t <- summary(m)$tTable[V + seq_len(V), , drop = FALSE]
  full <- corMatrix(m$modelStruct$corStruct)
  R <- full[[which.max(sapply(full, nrow))]]
  sd <- m$sigma * coef(m$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)[levels(d$visit)]
  df <- if (nrow(R) == V) satterthwaite(d, diag(sd) %*% R %*% diag(sd)) else rep(NA, V)
  for (v in seq_len(V)) cat(cohort, v, format(c(t[v, 1:2], df[v], m$dims$N - m$dims$p), digits = 15), "\\n")
}
"""


def missing() -> str | None:
    """Why R cannot be asked here, None where it can."""
    if shutil.which("Rscript") is None:
        return "Rscript is missing: install r-base-core and r-cran-nlme"
    asked = subprocess.run(["Rscript", "-e", "library(nlme)"], capture_output=True)
    return "R's nlme is missing: install r-cran-nlme" if asked.returncode else None


def ask(cohorts: dict[str, dict]) -> tuple[list[str], dict[str, list[dict[str, float]]]]:
    """R's and nlme's versions; per cohort and visit the group's effect, its SE, Satterthwaite's df, and gls's N − p."""
    lines = [line for name, cohort in cohorts.items() for line in _long(name, **cohort)]
    text = "cohort,patient,k,base,g,value\n" + "\n".join(lines)
    ran = subprocess.run(["Rscript", "-e", SCRIPT], input=text, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    *versions, rest = ran.stdout.split("\n", 2)
    found: dict[str, list[dict[str, float]]] = {name: [] for name in cohorts}
    for line in rest.splitlines():
        name, _, *figures = line.split()
        found[name].append(dict(zip(("effect", "se", "df", "residual_df"), map(float, figures), strict=True)))
    return versions, found


def _long(name: str, baseline: list, values: list, in_group: list) -> list[str]:
    """One line per answer; visits count from 1."""
    return [
        f"{name},{patient},{visit},{float(base)!r},{int(group)},{float(value)!r}"
        for patient, (base, row, group) in enumerate(zip(baseline, values, in_group, strict=True))
        for visit, value in enumerate(row, 1)
        if value is not None
    ]


def invented(seed: int, people: int, visits: int, silent: float) -> dict[str, list]:
    """A cohort whose visits hang together, some silent at random, some silent for good after a bad visit."""
    rng = np.random.default_rng(seed)
    base, group = rng.uniform(3, 10, people), np.arange(people) % 5 < 2
    person, spread = rng.normal(size=people), rng.uniform(0.5, 2, visits)
    values = 0.7 * base[:, None] - np.where(group[:, None], np.linspace(1.5, 0.5, visits), 0)
    values = values + 1.2 * person[:, None] + spread * rng.normal(size=(people, visits))
    gone = rng.random(values.shape) < silent
    gone[:, 1:] |= np.maximum.accumulate(values[:, :-1] > np.quantile(values, 1 - silent / 2), axis=1)
    told = [
        [None if g else round(float(v), 2) for v, g in zip(*row, strict=True)] for row in zip(values, gone, strict=True)
    ]
    return {"baseline": [round(float(b), 2) for b in base], "values": told, "in_group": [int(g) for g in group]}


COHORTS = {"two": (1, 80, 2, 0.2), "three": (2, 60, 3, 0.3), "four": (3, 110, 4, 0.25), "five": (4, 130, 5, 0.2)}


def vickers() -> dict[str, list]:
    """Vickers 2004 from the tidy file, visits at 3 and 12 months; every patient with either."""
    import pandas as pd

    rows = pd.read_csv(VICKERS)
    base = rows[rows.kind == "baseline"].set_index("patient").value
    wide = rows[rows.kind == "check_in"].pivot(index="patient", columns="recorded_at", values="value")
    group = rows.groupby("patient").group.first()[wide.index] == "acupuncture"
    told = [[None if np.isnan(v) else float(v) for v in row] for row in wide.to_numpy()]
    return {"baseline": base[wide.index].tolist(), "values": told, "in_group": [int(g) for g in group]}


def main() -> None:
    """Write the stored figures; Vickers' data stay outside the repository, R's answers to them do not."""
    cohorts = {name: invented(*made) for name, made in COHORTS.items()}
    versions, found = ask({**cohorts, "vickers": vickers()})
    kept = {
        "provenance": {"versions": versions, "code": SCRIPT, "made_by": "python -m tests.science.gls"},
        "cohorts": {name: {**cohort, "figures": found[name]} for name, cohort in cohorts.items()},
        "vickers": {"file": VICKERS.name, "figures": found["vickers"]},
    }
    STORED.write_text(json.dumps(kept, separators=(",", ":")).replace("],[", "],\n[") + "\n")


if __name__ == "__main__":
    main()
