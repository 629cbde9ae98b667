"""Desk: a patient's phones as the clinic sees them: show a QR code, print a slip, sign a lost phone out."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker import tongue
from tracker.charts import phrases
from tracker.services import access, clock, invitation
from tracker.services.errors import NotFound
from tracker.web import links, security
from tracker.web.api import invitations
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

STAFF = ("front_desk", "practitioner", "clinic_admin")

blp = Blueprint("desk", __name__, url_prefix="/clinic/patients")


@blp.get("/<uuid:patient_id>/phones")
@admits(*STAFF)
def phones(patient_id: UUID) -> str:
    """The phones that are signed in for a patient, and the ways to let another in."""
    patient = access.owner(session(), actor=actor(), patient_id=patient_id)
    shown = access.phones(session(), actor=actor(), patient_id=patient_id)
    return render_template("clinic/phones.html", patient=patient, phones=shown)


@blp.post("/<uuid:patient_id>/qr")
@admits(*STAFF)
def qr(patient_id: UUID) -> str:
    """A large QR code with the code to type beneath; its script renews it and sees when the phone has joined."""
    return qr_page(patient_id, carer="carer" in request.form)


@blp.post("/<uuid:patient_id>/slip")
@admits(*STAFF)
def slip(patient_id: UUID) -> str:
    """The same on paper, for seven days, in the patient's language."""
    patient = access.owner(session(), actor=actor(), patient_id=patient_id)
    made = invitation.invite(session(), actor=actor(), patient_id=patient_id, way="paper")
    with tongue.speaking(patient.language):
        day = on_day(made.expires_at)
        told = {"here": security.clinic(), "address": f"{links.host()}/join", "until": day}
        paper = Markup(render_template("clinic/slip_paper.html", invited=invitations.shown(made), **told))
    return render_template("clinic/slip.html", patient=patient, paper=paper)


@blp.post("/<uuid:patient_id>/phones/<uuid:device_id>/sign-out")
@admits(*STAFF)
def sign_out(patient_id: UUID, device_id: UUID) -> Response:
    """A lost phone: signed out for everybody on it, at its next request."""
    if device_id not in {one.id for one in access.phones(session(), actor=actor(), patient_id=patient_id)}:
        raise NotFound
    access.revoke_device(session(), actor=actor(), device_session_id=device_id)
    flash("Signed out. That phone opens nothing any more.")
    return redirect(url_for("desk.phones", patient_id=patient_id), 303)


@blp.app_template_filter("on_day")
def on_day(moment: datetime) -> str:
    """12 May 2026, where the clinic is."""
    return phrases.day(moment.astimezone(zone()).date())


def zone() -> ZoneInfo:
    """The clinic's zone."""
    return ZoneInfo((security.clinic() or {}).get("timezone", "UTC"))


def qr_page(patient_id: UUID, *, carer: bool = False) -> str:
    """The page behind Show QR, also straight after enrolling."""
    patient = access.owner(session(), actor=actor(), patient_id=patient_id)
    made = invitation.invite(session(), actor=actor(), patient_id=patient_id, carer=carer)
    told = {"invited": invitations.shown(made), "carer": carer, "host": links.host()}
    until = f"{made.expires_at.astimezone(zone()):%H:%M}"
    enrolled = request.endpoint == "clinic.enrol_patient"
    return render_template("clinic/qr.html", patient=patient, now=clock.now(), until=until, enrolled=enrolled, **told)
