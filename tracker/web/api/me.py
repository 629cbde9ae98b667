"""Me: who is signed in, where, a patient's own courses, their PIN and their phones."""

from typing import Any
from uuid import UUID

from flask import after_this_request

from tracker.services import access, pin, review, setting
from tracker.services.actor import Actor
from tracker.services.epoch import epoch
from tracker.services.errors import SignInNeeded
from tracker.web import account
from tracker.web.api.blueprint import Blueprint, Body
from tracker.web.api.fields import Text
from tracker.web.api.shapes import MeShape
from tracker.web.database import session
from tracker.web.doors import admits, for_the_phone
from tracker.web.security import actor

blp = Blueprint("me", __name__, url_prefix="/me", description="Who is signed in")

NOBODY: dict[str, Any] = {"patient": None, "courses": [], "carer": False, "people": [], "scopes": []}


@blp.route("")
@admits("patient", "front_desk", "practitioner", "clinic_admin")
@blp.response(200, MeShape)
def get_me() -> dict[str, Any]:
    """Who is signed in."""
    who = actor()
    told = {"patient": patient, "token": program}.get(who.kind, staff)(who)
    return {**told, "epoch": epoch(session())}


class PinBody(Body):
    """Four to six digits; null takes the PIN away."""

    pin = Text(required=True, allow_none=True, longest=6)


class TypedBody(Body):
    """The PIN as it was typed."""

    pin = Text(required=True, longest=6)


@blp.route("/pin", methods=["PUT"])
@admits("patient")
@blp.arguments(PinBody)
@blp.response(204)
def put_pin(body: dict[str, Any]) -> None:
    """Set the person's PIN on this phone, or take it away; not from behind it."""
    pin.set_pin(session(), actor=actor(), pin=body["pin"])


@blp.route("/open", methods=["POST"])
@admits("patient")
@for_the_phone
@blp.arguments(TypedBody)
@blp.response(204)
def post_open(body: dict[str, Any]) -> None:
    """Open the person's screens with the PIN; it holds 15 minutes from the last use."""
    pin.open_with_pin(session(), actor=actor(), pin=body["pin"])


@blp.route("/close", methods=["POST"])
@admits("patient")
@for_the_phone
@blp.response(204)
def post_close() -> None:
    """Ask for the PIN again from now on: somebody else takes the phone."""
    pin.close(session(), actor=actor())


@blp.route("/phones/<uuid:device_id>", methods=["DELETE"])
@admits("patient")
@blp.response(204)
def delete_phone(device_id: UUID) -> None:
    """Take the person off one of their phones, this one or another."""
    access.take_off(session(), actor=actor(), device_session_id=device_id)


@blp.route("/phone", methods=["DELETE"])
@admits("patient")
@for_the_phone
@blp.response(204)
def delete_this_phone() -> None:
    """Sign this phone out, for everybody on it."""
    who = actor()
    if who.device_id:
        access.revoke_device(session(), actor=who, device_session_id=who.device_id)
    after_this_request(account.forget_device)


def patient(who: Actor) -> dict[str, Any]:
    """A patient with clinic and courses, and everybody on the phone."""
    me, people = review.me(session(), actor=who), access.people(session(), actor=who)
    known = {"clinic": me.clinic, "patient": me.patient, "courses": me.courses}
    return {"role": who.role, **known, "carer": who.carer, "people": people, "scopes": []}


def staff(who: Actor) -> dict[str, Any]:
    """A member of staff at the clinic they chose."""
    here = [m.clinic for m in access.memberships(session(), who.id) if m.clinic.id == who.clinic_id]
    if not here:
        raise SignInNeeded
    return {"role": who.role, "clinic": here[0], **NOBODY}


def program(who: Actor) -> dict[str, Any]:
    """A program of the clinic, and what its token is good for."""
    return {"role": who.role, "clinic": setting.clinic(session(), actor=who), **NOBODY, "scopes": sorted(who.scopes)}
