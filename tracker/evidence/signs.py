"""Signs: red_flags.yaml, the warning signs."""

from pathlib import Path

from tracker.evidence import records
from tracker.evidence.fields import Entry, day, flag, many, one_of, shaped, text, whole
from tracker.evidence.files import entries, read
from tracker.evidence.records import Also, RedFlag, SignOff

ACTION = one_of(records.ACTIONS)
PLACES = many(one_of(records.PLACES))


def load_red_flags(path: Path) -> list[RedFlag]:
    """All warning signs."""
    return [_red_flag(entry) for entry in entries(path.name, read(path))]


def _red_flag(e: Entry) -> RedFlag:
    made = RedFlag(
        id=e.need("id", shaped("id")),
        applies=e.need("applies", PLACES),
        ask=e.need("ask", text),
        action=e.need("action", ACTION),
        verified=e.need("verified", flag),
        source=e.need("source", text),
        sign_off=_sign_off(e.part("sign_off")),
        also=tuple(_also(part) for part in e.parts("also")),
        after=e.may("after", one_of(records.AFTERS)),
        window_days=e.may("window_days", whole),
    )
    e.done()
    return made


def _also(e: Entry) -> Also:
    made = Also(ask=e.need("ask", text), action=e.need("action", ACTION))
    e.done()
    return made


def _sign_off(e: Entry) -> SignOff:
    made = SignOff(
        state=e.need("state", one_of(("pending", "signed"))),
        signed_by=e.may("signed_by", text),
        signed_on=e.may("signed_on", day),
    )
    e.done()
    if made.state == "signed" and not (made.signed_by and made.signed_on):
        raise e.error("signed_by", "a signature has a name and a date")
    return made
