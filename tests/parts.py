"""Names, before the tests start, each part that cannot run on this machine and how to get it."""

import shutil
from pathlib import Path

from tests.postgres import programs

NODE = shutil.which("node")

PARTS = {
    "journeys in a real Chromium": (lambda: shutil.which("chromium"), "apt-get install chromium"),
    "Lighthouse on the phone's pages": (lambda: shutil.which("node"), "apt-get install nodejs npm; make setup-test"),
    "the phone's pure rules in JavaScript": (lambda: NODE, "apt-get install nodejs"),
    "Medplum's validator over the FHIR export": (
        lambda: NODE and (Path(__file__).parents[1] / "node_modules" / "@medplum").is_dir(),
        "apt-get install nodejs npm; make setup-test",
    ),
    "hosting as written: Caddy in front, TLS": (lambda: shutil.which("caddy"), "apt-get install caddy"),
    "hosting as written: the systemd units": (lambda: shutil.which("systemd-analyze"), "apt-get install systemd"),
    "figures recomputed in R (stored R figures still check)": (
        lambda: shutil.which("Rscript"),
        "apt-get install r-base-core r-cran-survival r-cran-nlme",
    ),
    "the store in PostgreSQL": (programs, "apt-get install postgresql"),
    "known answers on real trial data": (
        lambda: (Path(__file__).parents[2] / "shared" / "data").is_dir(),
        "put the public data sets into ../shared/data (docs/science/README.md names them)",
    ),
}


def main() -> None:
    """Print one line for each part that is not here."""
    for name, (here, how) in PARTS.items():
        if not here():
            print(f"cannot run here: {name}. To get it: {how}")  # noqa: T201


if __name__ == "__main__":
    main()
