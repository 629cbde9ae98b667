"""JSON: how a body is read before any schema sees it, and how an answer is written.

Refused as unreadable (400): what is not plain UTF-8, names given twice, over 16 levels, numbers no float holds.
"""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from flask import Flask, Request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

DEEPEST = 16
LONGEST_NUMBER = 40  # characters; a double needs at most 24


class Malformed(BadRequest):
    """A request that cannot be read at all; `problem` says why."""

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem


def dumps(value: Any) -> str:
    """Strict JSON: no NaN, no Infinity."""
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


class Strict(DefaultJSONProvider):
    """Flask's own answers as strict as ours: no NaN, names in the order in which they were written."""

    sort_keys = False
    ensure_ascii = False

    def dumps(self, obj: Any, **options: Any) -> str:
        """The value as strict JSON."""
        return super().dumps(obj, allow_nan=False, **options)


def init_app(app: Flask) -> None:
    """Write every JSON answer strictly."""
    app.json = Strict(app)


def read(request: Request) -> Any:
    """The request's body as plain values; raises 415, 413 or Malformed."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType
    return loads(request.get_data(cache=True))


def loads(body: bytes) -> Any:
    """Plain values from bytes; raises Malformed."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_once,
            parse_int=lambda text: int(_short(text)),
            parse_float=lambda text: _finite(float(_short(text))),
            parse_constant=_finite,
        )
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise Malformed("not_json", "The body is not JSON in UTF-8.") from None
    except RecursionError:
        _too_deep()
    _measure(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("duplicate_name", "A name stands twice in one object.")
    return found


def _short(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        _no_number()
    return text


def _finite(number: Any) -> float:
    if not isinstance(number, float) or abs(number) == float("inf"):
        _no_number()
    return number


def _no_number() -> NoReturn:
    raise Malformed("not_a_number", "A number is not finite or has too many digits.")


def _too_deep() -> NoReturn:
    raise Malformed("too_deep", f"More than {DEEPEST} levels.")


def _measure(value: Any) -> None:
    level = _boxes([value])
    for _ in range(DEEPEST):
        level = [box for outer in level for box in _boxes(outer.values() if isinstance(outer, dict) else outer)]
        if not level:
            return
    _too_deep()


def _boxes(values: Iterable[Any]) -> list[Any]:
    return [v for v in values if isinstance(v, dict | list)]
