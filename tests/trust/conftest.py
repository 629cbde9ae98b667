"""The clinic, the line to it and the phones of the offline week."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Playwright

from tests.browser.conftest import CHROMIUM
from tests.trust.week.chromium import Chromium
from tests.trust.week.clinic import Clinic
from tests.trust.week.line import Line
from tests.trust.week.phone import Phone

INITIALS = ("A.K.", "B.M.", "C.L.")
START = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic that serves."""
    made = Clinic(tmp_path_factory.mktemp("clinic"))
    made.clock.move_to(START)
    yield made.open()
    made.close()


@pytest.fixture(scope="session")
def line(clinic: Clinic) -> Iterator[Line]:
    """The way to it."""
    line = Line(clinic.port).open()
    yield line
    line.close()


@pytest.fixture
def new_phone(
    clinic: Clinic, line: Line, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Phone]]:
    """new_phone(seed, at, conditions): a phone at that moment, the app open, signed in for one person a condition."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    made: list[Phone] = []

    def phone(seed: int = 0, at: datetime = START, conditions: Sequence[str] = ("knee_oa", "low_back")) -> Phone:
        for old in made:
            old.kill()
        clinic.clock.move_to(at)
        line.again(seed)
        people = [clinic.person(initials, condition) for initials, condition in zip(INITIALS, conditions, strict=False)]
        made.append(Phone(clinic, line, Chromium(playwright, tmp_path_factory.mktemp("profile")), people))
        made[-1].sign_in(people[0])
        made[-1].start().install()
        for person in people[1:]:
            made[-1].sign_in(person, add=True)
        return made[-1]

    yield phone
    for old in made:
        old.kill()
