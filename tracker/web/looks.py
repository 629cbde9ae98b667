"""Looks: who did what with a person's record, as the person reads it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from tracker import tongue
from tracker.services.looked import FILES, Looks
from tracker.services.views import Look
from tracker.tongue import _, english

DID = {  # noun.verb → a whole sentence; what has none is told as it is called
    "answer_link.use": english("A question was answered through a mail."),
    "course.look": english("Opened your course."),
    "courses.look": english("Opened the list of patients."),
    "device.join": english("A phone was signed in."),
    "device.leave": english("You were taken off a phone."),
    "device.revoke": english("A phone was signed out."),
    "link.issue": english("Made a link or code to join."),
    "link.redeem": english("A link or code to join was used."),
    "export.fetch": english("Took a file with the scores of many patients."),
    "export.make": english("Took a file with the scores of many patients."),
    "kiosk.open": english("Handed you the clinic's tablet."),
    "milestone.add": english("Surgery, a new medicine or another treatment was written down."),
    "milestones.look": english("Read what else happened."),
    "co_treatment.add": english("Another treatment or medicine was written down."),
    "co_treatments.look": english("Read which other treatments you have."),
    "consent.add": english("Your answer about an injection was written down."),
    "consents.look": english("Read your answers about injections."),
    "course.plan": english("Changed how often you are treated."),
    "outcomes.look": english("Looked at what came of your course."),
    "own.download": english("Your data were downloaded."),
    "patient.enrol": english("Enrolled you."),
    "patient.language": english("Another language was chosen."),
    "patient.withdraw": english("You stopped taking part."),
    "pin.set": english("A PIN was set or changed."),
    "pin.wrong": english("A wrong PIN was typed."),
    "progress.look": english("Looked at your chart."),
    "proof.mail": english("A code for sharing and erasing was asked for by mail."),
    "proof.show": english("Showed you a code for sharing and erasing."),
    "proof.use": english("A code for sharing and erasing was typed."),
    "reaction.add": english("A reaction was written down."),
    "reaction.assess": english("A reaction was assessed."),
    "reactions.look": english("Read your reactions."),
    "reading.add": english("Scores were entered."),
    "readings.look": english("Read your entries."),
    "reminders.confirm": english("A mail address was confirmed."),
    "reminders.decline": english("Reminders were not wanted."),
    "reminders.mail": english("A mail address was written down."),
    "reminders.pause": english("Reminders were paused or went on."),
    "reminders.push": english("Reminders on a phone were turned on."),
    "reminders.push_renew": english("Reminders on a phone were renewed."),
    "reminders.push_off": english("Reminders on a phone were turned off."),
    "reminders.stop_mail": english("Mails were turned off."),
    "reminders.times": english("The hours of reminders were changed."),
    "roster.look": english("Opened the list of patients."),
    "session.merge": english("Two visits that were one were put together."),
    "today.look": english("Opened the list of today's visits."),
    "session.put": english("A visit was written down or changed."),
    "sheet.make": english("Made a sheet of your course for a visit."),
    "share.end": english("A link to read along was taken back."),
    "share.make": english("A link to read along was made."),
    "share.open": english("Opened your link and saw your progress."),
    "trail.export": english("Saved the list of who did what as a file."),
    "trail.export_person": english("Saved the list of who looked at your record as a file."),
    "trail.look": english("Read the list of who did what."),
    "trail.look_person": english("Read who looked at your record."),
    "work.look": english("Read what the clinic has to look at in your course."),
    "work.resolve": english("Wrote down what was done about something in your course."),
    "worklist.look": english("Opened the list of patients to look at."),
    "course.open": english("Opened a course for you."),
    "course.close": english("Closed your course."),
}
ROLES = {
    "front_desk": english("front desk"),
    "practitioner": english("practitioner"),
    "clinic_admin": english("clinic admin"),
}


@dataclass(frozen=True)
class Line:
    """One line of the list."""

    who: str
    at: datetime
    when: str
    did: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """The lists of the page."""

    others: tuple[Line, ...]
    own: tuple[Line, ...]
    lists: tuple[Line, ...]
    more: bool


def told(looks: Looks, zone: str, shown: int = 100) -> Told:
    """The newest of each in words."""
    at = ZoneInfo(zone)
    others, own = (tuple(line(look, at) for look in some[:shown]) for some in (looks.others, looks.own))
    lists = tuple(day(look, at) for look in looks.lists[:shown])
    more = looks.more or max(len(looks.others), len(looks.own), len(looks.lists)) > shown
    return Told(others, own, lists, more)


def line(look: Look, zone: ZoneInfo) -> Line:
    """One visit to the record."""
    return Line(who(look), look.at.astimezone(zone), moment(look.at, zone), tuple(map(did, look.actions)))


def day(look: Look, zone: ZoneInfo) -> Line:
    """A day's pages of many patients, or the files of that day."""
    at = look.at.astimezone(zone)
    files = tuple(did(action) for action in look.actions if action in FILES)
    times = tongue._n("Once.", "{n} times.", look.times)
    return Line(who(look), at, format_date(at, "long", tongue.locale()), (*files, times))


def who(look: Look) -> str:
    """Cho, practitioner."""
    if look.who == "you":
        return _("You")
    if look.who == "link":
        return _("Somebody with your link")
    if look.role == "carer":
        return _("Somebody who helps you")
    if look.who == "staff":
        role = _(ROLES.get(look.role, look.role))
        return _("{name}, {role}", name=look.name, role=role) if look.name else role
    return _("A program of the clinic") if look.who == "token" else _("Whoever runs this system")


def did(action: str) -> str:
    """What was done, as a sentence."""
    return _(DID[action]) if action in DID else action


def moment(at: datetime, zone: ZoneInfo) -> str:
    """3 March 2026, 14:05, in the person's zone and language."""
    local = at.astimezone(zone)
    return f"{format_date(local, 'long', tongue.locale())}, {format_time(local, 'HH:mm', locale=tongue.locale())}"
