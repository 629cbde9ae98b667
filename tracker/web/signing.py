"""Signing: a clinic's admins sign the words of the evidence library; whoever reads them sees whether they did."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker import tongue
from tracker.evidence.edition import edition, words
from tracker.evidence.library import library
from tracker.evidence.records import Record
from tracker.services import clock, sign_off
from tracker.services.errors import Invalid, NotFound, Refused
from tracker.services.sign_off import Signature
from tracker.tongue import LANGUAGES, SOURCE, _, english
from tracker.web import desk, forms
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor, actor_or_none

PAGE = 20  # sources a page
STATES = ("unsigned", "signed", "all")
UNSIGNED = english("Not yet signed off by a clinician")
SIGNED = english("Signed off by a clinician of the clinic on {day}")

blp = Blueprint("signing", __name__, url_prefix="/clinic/evidence")


@dataclass(frozen=True)
class Line:
    """One source: its words in one language, the edition of them, and the signature if there is one."""

    record: Record
    language: str
    signature: Signature | None

    @property
    def text(self) -> str:
        """The edition of today's words."""
        return edition(self.record, self.language)

    @property
    def words(self) -> tuple[str, str]:
        """What patients read and what clinicians read."""
        return words(self.record, self.language)

    @property
    def signed(self) -> bool:
        """Whether today's words are signed."""
        return self.signature is not None and self.signature.stands

    @property
    def due(self) -> bool:
        """Whether its date has passed."""
        return self.record.review_due(clock.now().date())


@blp.get("")
@admits("clinic_admin")
def sources() -> str:
    """The sources whose words are not signed, a page at a time, or those that are."""
    return page(request.args)


@blp.post("")
@admits("clinic_admin")
def sign() -> Response | tuple[str, int]:
    """Sign one source, the ticked ones, or all of the page."""
    try:
        n = sign_off.sign(session(), actor=actor(), id=_id(), texts=_chosen(), language=_language(request.form))
    except Refused as error:
        if isinstance(error, NotFound):
            raise
        session().rollback()
        return page(request.form, problem=error.message), 422
    flash(f"Signed: {n} {'source' if n == 1 else 'sources'}.")
    return back()


@blp.post("/withdraw")
@admits("clinic_admin")
def withdraw() -> Response:
    """Take one signature back."""
    id = forms.uuid("withdraw")
    if id is None:
        raise NotFound
    sign_off.withdraw(session(), actor=actor(), id=id)
    flash("Taken back. Patients read again that it is not signed off.")
    return back()


def page(asked: Mapping[str, str], problem: str = "") -> str:
    """One page of the list in one language."""
    number, language = asked.get("page"), _language(asked)
    state = asked["state"] if asked.get("state") in STATES else STATES[0]
    lines = told(language)
    kept = [line for line in lines if state == "all" or line.signed == (state == "signed")]
    pages = max(1, -(-len(kept) // PAGE))
    at = min(max(int(number), 1), pages) if number and number.isascii() and number.isdigit() else 1
    shown = {"lines": kept[(at - 1) * PAGE : at * PAGE], "state": state, "number": at, "pages": pages}
    shown |= {"read": LANGUAGES[language], "source": SOURCE}
    counts = {"all": len(lines), "signed": sum(line.signed for line in lines)}
    return render_template("clinic/evidence.html", **shown, counts=counts, fresh=uuid4(), problem=problem)


def told(language: str) -> list[Line]:
    """Every source that patients may see, in one language."""
    signed = sign_off.signed(session(), clinic_id=actor().clinic, language=language)
    return [Line(r, language, signed.get(r.id)) for r in library().rendering]


def back() -> Response:
    """To the list as it was."""
    state, number = request.form.get("state"), request.form.get("page")
    return redirect(url_for("signing.sources", state=state, page=number, language=_language(request.form)), 303)


def _language(asked: Mapping[str, str]) -> str:
    """Whose words the list shows; anything unknown is the library's own language."""
    return asked["language"] if asked.get("language") in LANGUAGES else SOURCE


def _id() -> UUID:
    """The form's own id, so that sending twice signs once."""
    return forms.needed("id", forms.uuid("id"), forms.BROKEN)


def _chosen() -> dict[str, str]:
    """Record and edition of each source that is to be signed."""
    names = ("only",) if "only" in request.form else ("shown",) if "all" in request.form else ("text",)
    pairs = [value.partition(":") for name in names for value in request.form.getlist(name)[:PAGE]]
    if any(not record or not text for record, _bar, text in pairs):
        raise Invalid("broken", forms.BROKEN)
    return {record: text for record, _bar, text in pairs}


def read_at(clinic_id: UUID) -> None:
    """Whose signatures count in this request where nobody is signed in: a shared link is one clinic's."""
    g.signing_clinic = clinic_id


@blp.app_template_global("sign_off_mark")
def mark(record_id: str) -> Markup:
    """Whether a clinician of the reader's clinic has signed these words in the language in which they stand here;
    without a clinic nobody has.
    """
    one = _standing().get(record_id)
    if one is None or not one.stands:
        return Markup('<span class="mark">{}</span>').format(_(UNSIGNED))
    return Markup('<span class="small soft">{}</span>').format(_(SIGNED, day=desk.on_day(one.at)))


def _standing() -> dict[str, Signature]:
    """The signatures of the reader's clinic in the language of the moment, looked up once a request."""
    known: dict[str, dict[str, Signature]] = g.setdefault("signatures", {})
    language = tongue.language()
    if language not in known:
        who = actor_or_none()
        clinic_id = g.get("signing_clinic") or (who.clinic_id if who else None)
        known[language] = sign_off.signed(session(), clinic_id=clinic_id, language=language) if clinic_id else {}
    return known[language]
