"""Devices: what a browser calls itself, in the few words that let somebody tell one phone from another."""

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("SamsungBrowser", "Samsung Internet"),
    ("EdgiOS", "Edge"),
    ("EdgA", "Edge"),
    ("Edg", "Edge"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("OPR", "Opera"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def label(agent: str) -> str | None:
    """iPhone · Safari; None where nothing is recognised. Nothing of the text itself is kept."""
    found = [next((name for mark, name in known if mark in agent), None) for known in (SYSTEMS, BROWSERS)]
    return " · ".join(name for name in found if name) or None
