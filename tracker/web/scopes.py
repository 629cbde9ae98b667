"""Scopes: which doors a program's token opens. What is named here by nobody is closed to every token."""

import re
from typing import Any

from flask import Flask, request

AREAS = {  # the parts of the API by the area of their scope
    "courses": ("courses", "readings", "sessions", "reactions", "milestones", "dose"),
    "worklist": ("roster", "worklist"),
    "summary": ("clinic_api",),
    "exports": ("exports_api",),
}
READS = ("readings.post_missing", "roster.search_roster")  # POST alone because what they ask belongs in no address
FILE = "exports.file"  # a page's address, but what an export's `files` name
ANY = "me.get_me"  # says whose token it is
NAMED = re.compile("<(?:[^:>]*:)?([^>]+)>")  # a part of an address, as routes write it
EVERY = "any"  # the scope every token has
OF_PART = {part: area for area, parts in AREAS.items() for part in parts}


def needed(endpoint: str | None, method: str) -> str | None:
    """The scope that opens an endpoint to a token; None where no token opens it."""
    if endpoint == ANY:
        return EVERY
    if endpoint == FILE:
        return "exports:read"
    part = (endpoint or "").partition(".")[0]
    reads = method in ("GET", "HEAD") or endpoint in READS
    return f"{OF_PART[part]}:{'read' if reads else 'write'}" if part in OF_PART else None


def shown() -> str | None:
    """The token in this request's Authorization header; empty where the header is another's. Pages look at none."""
    told = request.headers.get("Authorization")
    if told is None or not (request.path.startswith("/api/") or request.endpoint == FILE):
        return None
    kind, _space, token = told.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def describe(app: Flask, paths: dict[str, Any]) -> None:
    """Say in the API's description which scope opens an operation to a token."""
    for rule in app.url_map.iter_rules():
        for method in rule.methods or ():
            scope = needed(rule.endpoint, method)
            operation = paths.get(NAMED.sub(r"{\1}", rule.rule), {}).get(method.lower())
            if scope and operation:
                operation["security"] = [{"device": []}, {"session": []}, {"token": [] if scope == EVERY else [scope]}]
