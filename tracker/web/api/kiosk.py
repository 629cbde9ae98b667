"""The clinic's tablet over HTTP: what it asks, what it sends, and that it has forgotten. Its cookie is the only key."""

from typing import Any

from flask import request
from marshmallow import fields, validate

from tracker.science.scales import SIDES
from tracker.services import kiosk as service
from tracker.services.kiosk import KioskQuestion
from tracker.tongue import speaking
from tracker.web import wording
from tracker.web.api.answers import AskedPlaceShape, DoneShape
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.fields import Id, Moment, Number, Text, Zone, one_of
from tracker.web.api.readings import SENT_AT, sent_at
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.kiosk import token
from tracker.web.tongue import read_by

blp = Blueprint("kiosk_api", __name__, url_prefix="/kiosk", description="The clinic's tablet in a patient's hands")

MOST = 20  # places of one visit


class KioskAnswer(Body):
    """The score at one place, under an id of the tablet's making; `supersedes` changes one that came from it."""

    id = Id(required=True)
    site = Text(allow_none=True, longest=64)
    side = Text(validate=one_of(SIDES))
    value = Number(required=True)
    supersedes = Id(allow_none=True)
    reason = Text(allow_none=True, longest=200)


class KioskBody(Body):
    """The scores of one kind, all of one moment."""

    kind = Text(required=True, validate=one_of(("before", "after")))
    answers = fields.List(
        fields.Nested(KioskAnswer),
        required=True,
        validate=validate.Length(1, MOST, error="too_many|From {min} to {max}."),
    )
    recorded_at = Moment(required=True, metadata={"format": "date-time"})
    recorded_zone = Zone(allow_none=True)


class KioskAskShape(Shape):
    """Scores of one kind, and where they are still asked."""

    kind = fields.String()
    places = fields.List(fields.Nested(AskedPlaceShape))


class KioskQuestionShape(Shape):
    """What the tablet asks, and whom."""

    initials = fields.String()
    language = fields.String()
    asks = fields.List(fields.Nested(KioskAskShape))


class ForgottenShape(Shape):
    """The tablet takes and tells nothing any more."""

    forgotten = fields.Boolean()


@blp.route("/question", methods=["POST"])
@admits("anonymous")
@blp.response(200, KioskQuestionShape)
def ask() -> dict[str, Any]:
    """What the tablet asks; 404 once its time is over."""
    read_by_its_patient()
    return worded(service.question(session(), token=token()))


@blp.route("/answers", methods=["POST"], parameters=[SENT_AT])
@admits("anonymous")
@blp.arguments(KioskBody)
@blp.response(200, DoneShape)
def post_answers(body: dict[str, Any]) -> dict[str, bool]:
    """Take the scores; the same ids again are a replay."""
    read_by_its_patient()
    told = {"entered_at": body["recorded_at"], **body, **sent_at()}
    service.answer(session(), token=token(), source=request.remote_addr, **told)
    return {"stored": True}


@blp.route("/forget", methods=["POST"])
@admits("anonymous")
@blp.response(200, ForgottenShape)
def forget() -> dict[str, bool]:
    """The tablet has forgotten the patient."""
    service.forget(session(), token=token())
    return {"forgotten": True}


def read_by_its_patient() -> None:
    """Every refusal is said in the language of the patient who holds the tablet."""
    code = service.language(session(), token=token())
    session().rollback()  # the look-up's transaction ends here: the service begins its own
    read_by(code)


def worded(found: KioskQuestion) -> dict[str, Any]:
    """The question with the places in the patient's words."""
    with speaking(found.language):
        asks = [
            {
                "kind": ask.kind,
                "places": [
                    {"site": at.site, "side": at.side, "words": wording.body(found.condition, at.site, at.side)}
                    for at in ask.places
                ],
            }
            for ask in found.asks
        ]
    return {"initials": found.initials, "language": found.language, "asks": asks}
