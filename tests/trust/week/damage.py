"""What a phone that dies in a write does to its browser's databases, on purpose: a byte in the log is another one."""

from pathlib import Path

FIRST, TWIN = "IndexedDB/http_*.indexeddb.leveldb", "WebStorage/*/IndexedDB/indexeddb.leveldb"

# Said in a page before its scripts: which databases the browser gave up, and told so.
LOSSES = """
(() => {
  self.losses = [];
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (...given) {
    const asked = open.apply(this, given);
    const which = this === self.indexedDB ? "first" : "twin";
    asked.addEventListener("upgradeneeded", ({ dataLoss }) => dataLoss === "total" && self.losses.push(which));
    return asked;
  };
})()
"""


def damage(profile: Path, which: str) -> None:
    """One database of a browser that does not run: the middle of its log no longer fits its checksum."""
    [log] = (profile / "Default").glob(f"{which}/*.log")
    found = bytearray(log.read_bytes())
    found[len(found) // 2] ^= 0xFF
    log.write_bytes(found)
