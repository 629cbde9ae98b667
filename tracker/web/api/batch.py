"""Batch: each item is read by itself, so that one bad item costs only itself."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from tracker.services.views import Result
from tracker.web.api.blueprint import invalid
from tracker.web.api.fields import Id

MOST = 500
LIMIT = 1024 * 1024  # bytes
PATH = "/api/v1/readings/batch"

Read = dict[str, Any] | Result


class TooMany(RequestEntityTooLarge):
    """More items than one request may carry."""

    problem = "too_many_items"

    def __init__(self) -> None:
        super().__init__(f"At most {MOST} readings in one request.")


def check_size(data: Any) -> None:
    """Raise TooMany for more than 500 items."""
    items = data.get("readings") if isinstance(data, dict) else None
    if isinstance(items, list) and len(items) > MOST:
        raise TooMany


def sort_out(items: list[Any], schema: Schema, more: dict[str, Any]) -> list[Read]:
    """Each item as the service takes it, or its refusal."""
    return [_read(item, schema, more) for item in items]


def _read(item: Any, schema: Schema, more: dict[str, Any]) -> Read:
    try:
        read: Any = schema.load(item)
        return {"value": None, **read, **more}
    except ValidationError as error:
        return Result(id=_id(item), status="refused", error=invalid(error.messages))


def _id(item: Any) -> UUID | None:
    try:
        return Id().deserialize(item["id"])
    except (ValidationError, KeyError, TypeError):
        return None


def good(read: list[Read]) -> list[dict[str, Any]]:
    """What the service is asked to record."""
    return [item for item in read if isinstance(item, dict)]


def merge(read: list[Read], done: list[Result]) -> list[Result]:
    """One result an item, in the order in which they came."""
    answers = iter(done)
    return [item if isinstance(item, Result) else next(answers) for item in read]
