"""Blueprint: how the API reads what arrives. One schema says what is known; anything else is refused with a pointer."""

from collections.abc import Iterator
from typing import Any, NoReturn

import flask_smorest
from flask import Request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from tracker import tongue
from tracker.services.errors import Fault, Invalid
from tracker.tongue import _, english
from tracker.web.json import read

MISFIT = english("What was sent does not fit.")
CODES = {
    "Missing data for required field.": "missing",
    "Field may not be null.": "null",
    "Unknown field.": "unknown_field",
    "Invalid input type.": "wrong_shape",
}


def faults(messages: Any, pointer: str = "") -> Iterator[Fault]:
    """marshmallow's nested messages as a flat list; a name nobody knows is the sender's and is not repeated."""
    if isinstance(messages, str):
        code, bar, words = messages.partition("|")
        yield Fault(pointer=pointer, code=code if bar else CODES.get(code, "invalid"), message=_told(words or code))
    elif isinstance(messages, list):
        for message in messages:
            yield from faults(message, pointer)
    else:
        for name, inner in messages.items():
            known = name != "_schema" and inner != ["Unknown field."]
            yield from faults(inner, f"{pointer}/{name}" if known else pointer)


def _told(words: str) -> str:
    """What a program's author reads, in English; a person who reads another language gets the sentence for all."""
    return words if tongue.language() == tongue.SOURCE else _(MISFIT)


def invalid(messages: Any) -> Invalid:
    """What a schema found wrong, as services would say it."""
    return Invalid("invalid", _(MISFIT), errors=list(faults(messages)))


class Reader(FlaskParser):
    """Strict JSON from bodies, nothing unknown in bodies and queries, faults in our own shape."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": RAISE, "query": RAISE}  # noqa: RUF012

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body as plain values."""
        return read(req)

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **more: Any) -> NoReturn:
        """Say what does not fit, and where."""
        (messages,) = error.messages.values()  # type: ignore[union-attr]  # webargs puts the place it read around them
        raise invalid(messages) from None


class Blueprint(flask_smorest.Blueprint):
    """A part of the API."""

    ARGUMENTS_PARSER = Reader()

    def arguments(self, schema: Any, **options: Any) -> Any:
        """What a view takes; its schema is made once, not at each request."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)


class Body(Schema):
    """What arrives: unknown names are refused."""

    class Meta:
        """marshmallow's own options."""

        unknown = RAISE


class Shape(Schema):
    """What leaves, in the order in which it is written down."""
