"""Sign-off over HTTP: which words of the evidence library a clinic's admin has signed, in which language."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import fields

from tracker.evidence.edition import edition, words
from tracker.evidence.library import library
from tracker.evidence.records import Record
from tracker.services import clock, sign_off
from tracker.services.sign_off import Signature
from tracker.tongue import LANGUAGES, SOURCE
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.fields import Moment, Text, Word, one_of
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint(
    "sign_off", __name__, url_prefix="/evidence/sign-offs", description="Signatures under what the library says"
)

HASH = {"description": "Which words were read: 64 hexadecimal digits, as the list gives them"}


class SignOffQuery(Body):
    """In which language."""

    language = Text(load_default=SOURCE, validate=one_of(tuple(LANGUAGES)))


class SignOffBody(Body):
    """Which record, in which language, and which words of it were read."""

    record_id = Word(required=True, longest=64)
    language = Text(required=True, validate=one_of(tuple(LANGUAGES)))
    text = Word(required=True, longest=64, metadata=HASH)


class SignatureShape(Shape):
    """One signature; `stands`: not taken back, and its words are still the ones that were signed."""

    id = fields.UUID()
    record_id = fields.String()
    language = fields.String()
    by = fields.String()
    at = Moment(metadata={"format": "date-time"})
    stands = fields.Boolean()


class WordsShape(Shape):
    """The words of one source in one language, and the latest signature of the clinic under them."""

    record_id = fields.String()
    language = fields.String()
    plain = fields.String()
    clinician = fields.String()
    text = fields.String(metadata=HASH)
    review_due = fields.Boolean()
    signature = fields.Nested(SignatureShape, allow_none=True)


class SignOffsShape(Shape):
    """Every source that patients may see."""

    sources = fields.List(fields.Nested(WordsShape))


@dataclass(frozen=True)
class Words:
    """One source as one language says it."""

    record_id: str
    language: str
    plain: str
    clinician: str
    text: str
    review_due: bool
    signature: Signature | None


@blp.route("")
@admits("clinic_admin")
@blp.arguments(SignOffQuery, location="query")
@blp.response(200, SignOffsShape)
def get_sign_offs(query: dict[str, Any]) -> dict[str, Any]:
    """What may be signed in a language, and what is."""
    signed = sign_off.signed(session(), clinic_id=actor().clinic, language=query["language"])
    return {"sources": [told(r, query["language"], signed.get(r.id)) for r in library().rendering]}


@blp.route("/<uuid:sign_off_id>", methods=["PUT"])
@admits("clinic_admin")
@blp.arguments(SignOffBody)
@blp.response(200, SignatureShape)
def put_sign_off(body: dict[str, Any], sign_off_id: UUID) -> Signature:
    """Sign the words of one source in one language; the same id again is a replay."""
    return sign_off.put(session(), actor=actor(), id=sign_off_id, **body)


@blp.route("/<uuid:sign_off_id>", methods=["DELETE"])
@admits("clinic_admin")
@blp.response(204)
def delete_sign_off(sign_off_id: UUID) -> None:
    """Take a signature back; both acts stay in the audit trail."""
    sign_off.withdraw(session(), actor=actor(), id=sign_off_id)


def told(record: Record, language: str, signature: Signature | None) -> Words:
    """One source in the words that are to be signed."""
    due = record.review_due(clock.now().date())
    return Words(record.id, language, *words(record, language), edition(record, language), due, signature)
