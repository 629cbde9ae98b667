"""Answers over HTTP: what the page behind a mail's link asks for and sends. The token is the only key; nobody is signed
in by it.
"""

from typing import Any

from flask import request
from marshmallow import fields, validate

from tracker.science.scales import SIDES
from tracker.services.remind import answer
from tracker.services.remind.answer import LinkQuestion
from tracker.tongue import speaking
from tracker.web import wording
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.fields import Answers, Id, Moment, Number, Text, Word, Zone, one_of
from tracker.web.api.readings import SENT_AT, sent_at
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.tongue import read_by

blp = Blueprint("answers", __name__, url_prefix="/answers", description="One answer by a mail's link")

MOST = 20  # places of one question


class TokenBody(Body):
    """What stands after the # of the link."""

    token = Word(required=True, longest=100)


class AnswerItem(Body):
    """The answer at one place, under an id of the page's own making."""

    id = Id(required=True)
    site = Text(allow_none=True, longest=64)
    side = Text(validate=one_of(SIDES))
    value = Number(required=True)
    items = Answers(allow_none=True)


class AnswerBody(TokenBody):
    """The whole answer: each place of the question once."""

    answers = fields.List(
        fields.Nested(AnswerItem),
        required=True,
        validate=validate.Length(1, MOST, error="too_many|From {min} to {max}."),
    )
    recorded_at = Moment(required=True, metadata={"format": "date-time"})
    recorded_zone = Zone(allow_none=True)


class AskedPlaceShape(Shape):
    """Where it is asked, and the words that stand after "your"."""

    site = fields.String(allow_none=True)
    side = fields.String()
    words = fields.String()


class QuestionShape(Shape):
    """The one question of a link, and nothing else of the record."""

    instrument = fields.String()
    kind = fields.String()
    words = fields.String(metadata={"description": "What the course is about, in words"})
    places = fields.List(fields.Nested(AskedPlaceShape))
    language = fields.String()


class DoneShape(Shape):
    """It is stored; the link is used up."""

    stored = fields.Boolean()


@blp.route("/question", methods=["POST"])
@admits("anonymous")
@blp.arguments(TokenBody)
@blp.response(200, QuestionShape)
def ask(body: dict[str, Any]) -> dict[str, Any]:
    """What the link asks; 404 with the reason where it asks nothing any more."""
    read_by_its_person(body["token"])
    return worded(answer.question(session(), token=body["token"]))


@blp.route("", methods=["POST"], parameters=[SENT_AT])
@admits("anonymous")
@blp.arguments(AnswerBody)
@blp.response(200, DoneShape)
def post_answer(body: dict[str, Any]) -> dict[str, bool]:
    """Take the answer and use the link up; the same ids again are a replay."""
    read_by_its_person(body["token"])
    answer.answer(session(), source=request.remote_addr, **{"entered_at": body["recorded_at"], **body, **sent_at()})
    return {"stored": True}


def read_by_its_person(token: str) -> None:
    """Every refusal is said in the language of whose link it is: the browser may be anybody's."""
    code = answer.language(session(), token=token)
    session().rollback()  # the look-up's transaction ends here: the service begins its own
    read_by(code)


def worded(found: LinkQuestion) -> dict[str, Any]:
    """The question with the places in the person's words."""
    with speaking(found.language):
        places = [
            {"site": one.site, "side": one.side, "words": wording.body(found.condition, one.site, one.side)}
            for one in found.places
        ]
        words = wording.condition(found.condition)
    asked = {"instrument": found.scale.code, "kind": found.kind, "language": found.language}
    return {**asked, "words": words, "places": places}
