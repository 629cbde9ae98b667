"""The runner: carries a schedule out on a phone. Each method is one kind of act; what is saved goes into the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.trust.week.clinic import CARE, Person
from tests.trust.week.ledger import Told
from tests.trust.week.line import CLEAR, DOWN, ROUGH
from tests.trust.week.phone import Phone
from tests.trust.week.schedule import Act

MOST_TABS = 2
DAY = 86_400_000  # milliseconds
MILLISECOND = timedelta(milliseconds=1)


@dataclass
class Runner:
    """One phone through one schedule. `second` in what is given = for the second person, where there is one."""

    phone: Phone
    open_visits: dict[UUID, list[Told]] = field(default_factory=dict)
    signed_out: bool = False
    found: list[str] = field(default_factory=list)

    def run(self, acts: Iterable[Act]) -> list[str]:
        """Everything in order, then good signal until all is sent; [] or what was wrong."""
        for act in acts:
            getattr(self, act.what)(act.given)
        return self.end()

    def end(self) -> list[str]:
        """What must come out."""
        if self.signed_out:
            self.sign_in(None)
        left = self.phone.settle()
        return self.found + left + self.phone.ledger.problems(self.phone.clinic, *self.phone.people)

    # -- what people save ----------------------------------------------------------------------------------------------

    def visit(self, given: tuple[bool, int, int]) -> None:
        """Before treatment at both knees; the next time after it, of the same session."""
        person, score = self.who(given)
        before = self.open_visits.pop(person.id, None)
        if before:
            more = {"kind": "after", "instrument": "nrs_now", "session_id": before[0].body["session_id"]}
            self.save(person, self.scores(person, score, more))
            return
        held = [one for one in self.phone.ledger.told if one.person == person.id and one.body.get("kind") == "before"]
        days = [one.true_at.date() for one in held]
        more = {"kind": "before", "instrument": "nrs_now"}
        number = 1 + days.count(self.phone.clinic.clock.now().date()) // 2
        wanted = self.scores(person, score, more)
        self.open_visits[person.id] = self.save(person, [{**one, "session": number} for one in wanted])

    def check_in(self, given: tuple[bool, int, int]) -> None:
        """Pain now, bound to no session."""
        person, score = self.who(given)
        self.save(person, self.scores(person, score, {"kind": "check_in", "instrument": "nrs_now"})[:1])

    def weekly(self, given: tuple[bool, int, int]) -> None:
        """Pain over the past week."""
        person, score = self.who(given)
        self.save(person, self.scores(person, score, {"kind": "check_in", "instrument": "nrs_week"})[-1:])

    def back(self, given: tuple[bool, int, int]) -> None:
        """A score of the day before yesterday."""
        person, score = self.who(given)
        wanted = self.scores(person, score, {"kind": "check_in", "instrument": "nrs_now"})[:1]
        self.save(person, [{**one, "ago": 2 * DAY} for one in wanted])

    def correct(self, given: tuple[bool, int, int]) -> None:
        """Another number in place of the last one that counts."""
        person, score = self.who(given)
        self.replace(person, score, {"reason": "changed right after saving"})

    def take_back(self, given: tuple[bool, int, int]) -> None:
        """The last one that counts was a mistake."""
        person, _ = self.who(given)
        self.replace(person, None, {"reason": "entered by mistake", "retracted": True})

    def reaction(self, given: tuple[bool, int, int]) -> None:
        """Something odd after a visit."""
        person, _ = self.who(given)
        course = str(next(iter(person.courses.values())))
        self.save(person, [{"reaction": {"course_id": course, "code": "bruise", "words": "blue"}}])

    def replace(self, person: Person, score: int | None, more: dict[str, Any]) -> None:
        """A new entry that names an old one; with nothing to correct yet, a check-in."""
        own = [one for one in self.phone.ledger.of("reading") if one.person == person.id and one.certain]
        named = {one.body.get("supersedes") for one in own}
        counts = [one for one in own if str(one.id) not in named and not one.body.get("retracted")]
        if not counts:
            self.check_in((person is not self.phone.people[0], score or 0, 1))
            return
        old = counts[-1].body
        kept = {name: old[name] for name in ("kind", "instrument", "session_id") if name in old}
        place = {"site": old["site"], "side": old["side"]}
        ago = self.phone.clinic.clock.now() - (counts[-1].true_at - counts[-1].back)
        wanted = {"course": {"id": old["course_id"]}, "place": place, "value": score, "ago": ago / MILLISECOND}
        self.save(person, [wanted | {"more": kept | more | {"supersedes": str(counts[-1].id)}}])

    def save(self, person: Person, wanted: list[dict[str, Any]]) -> list[Told]:
        """Keep them, in the newest tab."""
        return self.phone.keep(person, wanted)

    def who(self, given: tuple[bool, int, int]) -> tuple[Person, int]:
        """Whose entry, and which number."""
        second, score, _ = given
        return self.phone.people[-1 if second else 0], score

    def scores(self, person: Person, score: int, more: dict[str, Any]) -> list[dict[str, Any]]:
        """One score a place of the person's first course, each another number."""
        condition, course = next(iter(person.courses.items()))
        where = {"id": str(course)}
        return [
            {
                "course": where,
                "place": {"site": site, "side": side},
                "value": (score + at) % 11,
                "more": more,
            }
            for at, (site, side) in enumerate(CARE[condition])
        ]

    # -- what happens to them ------------------------------------------------------------------------------------------

    def move_to(self, moment: datetime) -> None:
        """Hours go by; never back."""
        self.phone.move_to(max(moment, self.phone.clinic.clock.now()))

    def offline(self, on: bool) -> None:
        """Flight mode."""
        self.phone.go_offline(on)

    def rough(self, _: object) -> None:
        """A fifth answered 503, a third lost after the clinic had stored it."""
        self.phone.weather(ROUGH)

    def clear(self, _: object) -> None:
        """Good signal."""
        self.phone.weather(CLEAR)

    def down(self, _: object) -> None:
        """Nothing answers."""
        self.phone.weather(DOWN)

    def clock(self, error: timedelta) -> None:
        """Somebody changes the phone's clock."""
        self.phone.set_error(error)

    def kill(self, saving: bool) -> None:
        """The browser dies: in the middle of sending, or in the very moment of saving."""
        if saving:
            person = self.phone.people[0]
            wanted = self.scores(person, 5, {"kind": "check_in", "instrument": "nrs_now"})
            self.phone.keep(person, wanted[:1], certain=False)
        else:
            self.phone.flush(wait=False)
        self.phone.restart()

    def tab(self, _: object) -> None:
        """A second tab."""
        if len(self.phone.tabs) < MOST_TABS:
            self.phone.open_tab()

    def close_tab(self, _: object) -> None:
        """One tab again."""
        self.phone.close_tab()

    def settle(self, _: object) -> None:
        """An evening with good signal, if signed in; the bad line comes back after it."""
        if not self.signed_out:
            faults, offline = self.phone.line.faults, self.phone.offline
            self.found += self.phone.settle()
            self.phone.weather(faults)
            self.phone.go_offline(offline)

    def restore(self, lost: int) -> None:
        """The clinic lost its newest readings and put its store back from a copy."""
        self.phone.ledger.put_back |= self.phone.clinic.put_back(self.phone.people, lost)

    def expire(self, _: object) -> None:
        """The sign-in ends, unknown to the phone."""
        self.phone.expire()
        self.signed_out = True

    def sign_in(self, _: object) -> None:
        """A new sign-in on the same phone."""
        if self.signed_out:
            self.phone.sign_in()
            self.signed_out = False
