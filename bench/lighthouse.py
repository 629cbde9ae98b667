"""Lighthouse: the phone's pages audited as a mid-range phone on slow 4G sees them.

Signed-in pages are reached by lending Lighthouse a Chromium that is signed in already (`--port`). Scores are its
own, 0 to 100, and depend on the machine: tests hold accessibility and best practices, `make bench` prints performance.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.results import Result

ROOT = Path(__file__).parents[1]
CLI = ROOT / "node_modules/lighthouse/cli/index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
SECONDS = 180  # one audit, on a loaded machine


@dataclass(frozen=True)
class Audit:
    """Scores of one page by category, 0 to 100, and the audits that cost points: their titles."""

    scores: dict[str, int]
    faults: dict[str, list[str]]
    bytes: int  # over the wire


def missing() -> str | None:
    """Why no audit can run here, and how to get it."""
    if shutil.which("node") is None:
        return "Node.js is missing: apt-get install nodejs"
    return None if CLI.exists() else "Lighthouse comes from npm, which could not be reached at set-up"


def audit(url: str, port: int, categories: tuple[str, ...] = CATEGORIES) -> Audit:
    """The page at `url` in the Chromium that listens on `port`, with what it holds: cookies, caches, stores."""
    options = [f"--port={port}", "--disable-storage-reset", "--output=json", "--quiet", "--form-factor=mobile"]
    asked = [f"--only-categories={','.join(categories)}", "--throttling-method=simulate"]
    command = ["node", str(CLI), url, *options, *asked]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return read(json.loads(done.stdout))


def read(report: dict) -> Audit:
    """Lighthouse's report, without its 300 kB of detail."""
    if problem := report.get("runtimeError"):
        raise RuntimeError(problem["message"])
    found, audits = report["categories"], report["audits"]
    faults = {
        name: [audits[ref["id"]]["title"] for ref in one["auditRefs"] if ref["weight"] and _fails(audits[ref["id"]])]
        for name, one in found.items()
    }
    return Audit(
        scores={name: round(100 * one["score"]) for name, one in found.items()},
        faults=faults,
        bytes=int(audits.get("total-byte-weight", {}).get("numericValue", 0)),
    )


def result(page: str, found: Audit, goal: int) -> Result:
    """One page's performance as a line of the benchmarks."""
    score = found.scores["performance"]
    what = f"Lighthouse performance of the {page} page, mobile, slow 4G (accessibility {found.scores['accessibility']}"
    told = f"{what}, best practices {found.scores['best-practices']})"
    return Result(f"B8-{page}", told, score / 100, f"≥ {goal / 100:g}", score >= goal, f"{found.bytes / 1000:.1f} kB")


def _fails(one: dict) -> bool:
    """Whether an audit costs points."""
    return one.get("score") is not None and one["score"] < 1
