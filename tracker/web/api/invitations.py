"""Invitations over HTTP: let one phone in, see whether it came, and use the invitation up. Only POST uses one up."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response, after_this_request
from marshmallow import fields

from tracker.services import access, code, invitation, review
from tracker.services.actor import Actor
from tracker.services.invitation import MINUTES
from tracker.services.views import Invitation
from tracker.web import account, links
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.fields import Flag, Id, Moment, Text, Word, one_of
from tracker.web.api.shapes import ClinicShape, PersonShape
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("invitations", __name__, url_prefix="/invitations", description="How a phone gets in")

LONGEST = 300  # characters: a whole address may be pasted


class InvitationBody(Body):
    """Whom to invite; a patient invites another phone to their own record."""

    patient_id = Id()
    way = Text(load_default="screen", validate=one_of(tuple(MINUTES)))
    carer = Flag(load_default=False)


class InvitationShape(Shape):
    """One invitation: the address with its QR code, and the code that is typed instead. Shown once, kept nowhere."""

    id = fields.UUID()
    url = fields.String()
    qr = fields.String(metadata={"description": "The QR code of `url`, an SVG as a data address"})
    code = fields.String(metadata={"description": "ABCD-EFG-HJK: ten letters and digits"})
    expires_at = Moment(metadata={"format": "date-time"})


class StateShape(Shape):
    """What became of it; nothing about whom it was for."""

    state = fields.String(metadata={"enum": ["open", "joined", "old"]})


class CodeBody(Body):
    """A typed code, or the token behind the # of a link; the whole address does as well."""

    code = Word(required=True, longest=LONGEST)


class JoinedShape(Shape):
    """Who is on this phone now."""

    person = fields.Nested(PersonShape)
    clinic = fields.Nested(ClinicShape)
    already = fields.Boolean(metadata={"description": "Whether the person was on this phone before"})
    courses = fields.Integer()
    language = fields.String()


def shown(made: Invitation) -> dict[str, Any]:
    """An invitation with its address and picture."""
    url = links.join(made.token)
    return {"id": made.id, "url": url, "qr": links.qr(url), "code": made.code, "expires_at": made.expires_at}


@blp.route("", methods=["POST"])
@admits("patient", "front_desk", "practitioner", "clinic_admin")
@blp.arguments(InvitationBody)
@blp.response(201, InvitationShape)
def post_invitation(body: dict[str, Any]) -> dict[str, Any]:
    """Invite one phone: 10 minutes on a screen, 30 into the installed app, 7 days on paper."""
    return shown(invitation.invite(session(), actor=actor(), **body))


@blp.route("/<uuid:invitation_id>")
@admits("patient", "front_desk", "practitioner", "clinic_admin")
@blp.response(200, StateShape)
def get_invitation(invitation_id: UUID) -> dict[str, str]:
    """Whether the phone has come: what the desk's screen asks every two seconds."""
    return {"state": invitation.state(session(), actor=actor(), invitation_id=invitation_id)}


@blp.route("/redeem", methods=["POST"])
@admits("anonymous")
@blp.arguments(CodeBody)
@blp.response(200, JoinedShape)
def post_redeem(body: dict[str, Any]) -> dict[str, Any]:
    """Join with this phone. Wrong, old, used and unknown codes are answered alike; five tries a code."""
    signed = access.redeem(session(), **code.read(body["code"]), **account.came(), patients_only=True)
    account.leave()
    after_this_request(lambda answer: keep(answer, signed.device_token or ""))
    who = Actor("patient", signed.patient_id, signed.clinic_id, "patient", signed.patient_id, carer=signed.carer)
    me = review.me(session(), actor=who)
    person = {"id": me.patient.id, "initials": me.patient.initials or me.patient.code, "carer": who.carer, "pin": False}
    told = {"clinic": asdict(me.clinic), "courses": len(me.courses), "language": me.patient.language}
    return {"person": person, "already": signed.already, **told}


def keep(answer: Response, token: str) -> Response:
    """Give the phone its cookie."""
    account.keep(answer, token)
    return answer
