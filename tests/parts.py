"""Names, before the tests start, each part that cannot run on this machine and how to get it."""

import shutil
from pathlib import Path

PARTS = {
    "journeys in a real Chromium": (lambda: shutil.which("chromium"), "apt-get install chromium"),
    "figures recomputed in R (stored R figures still check)": (
        lambda: shutil.which("Rscript"),
        "apt-get install r-base-core r-cran-survival r-cran-nlme",
    ),
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
