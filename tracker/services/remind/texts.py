"""Texts: what reminders say. Neutral: lock screen, subject and mail tell nobody what is asked, nor who asks it."""

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date

from tracker import tongue
from tracker.tongue import _


@dataclass(frozen=True)
class Letter:
    """Subject and body of one mail."""

    subject: str
    text: str


def push(language: str) -> str:
    """What the lock screen shows."""
    with tongue.speaking(language):
        return _("You have a check-in.")


def check_in(language: str, *, answer_url: str, stop_url: str, last: datetime) -> Letter:
    """A reminder with the link that answers it; `last`: the last moment of the link, in the person's own zone."""
    with tongue.speaking(language):
        paragraphs = (
            _("You have a check-in. It takes a few seconds:"),
            answer_url,
            _("The link can be used once, until {day}.", day=day(last)),
            _("You get this mail because you asked for it on your phone. To stop these mails:"),
            stop_url,
        )
        return Letter(_("You have a check-in."), "\n\n".join(paragraphs) + "\n")


def code(language: str, digits: str) -> Letter:
    """The code that shows whose address it is."""
    with tongue.speaking(language):
        paragraphs = (
            _("Your code is {code}.", code=digits),
            _("Type it on the page where you gave this address. It is good for 30 minutes."),
            _("If you did not ask for it, you need not do anything: without the code no mail will follow."),
        )
        return Letter(_("Your code"), "\n\n".join(paragraphs) + "\n")


def proof(language: str, code: str) -> Letter:
    """The code that shows that the person asks, not somebody who found the phone."""
    with tongue.speaking(language):
        paragraphs = (
            _("Your code is {code}.", code=code),
            _("Type it on the page where you asked for it. It is good for 15 minutes."),
            _("If you did not ask for it, somebody else may have your phone: tell your clinic."),
        )
        return Letter(_("Your code"), "\n\n".join(paragraphs) + "\n")


def day(moment: datetime) -> str:
    """Sunday 29 November, as the language of the moment writes it."""
    return format_date(moment, format="full", locale=tongue.locale())
