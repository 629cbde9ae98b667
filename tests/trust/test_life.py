"""A phone's life as a state machine: Hypothesis draws what happens, the real server and a real Chromium live it.

Whatever the order, in the end every entry is stored once, in order, under its person. The runs of `make test` are the
same each time; `make soak` draws new ones, and a failure names the seed (--hypothesis-seed) and lists its steps.
"""

from datetime import datetime, timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.trust.week.clocks import YEARS
from tests.trust.week.runner import Runner
from tests.trust.week.schedule import NIGHTS, SMALL, instant

pytestmark = pytest.mark.xdist_group("life")

LIVES, SOAK, STEPS = 25, 1000, 16
BY_WHOM, SCORE = st.booleans(), st.integers(0, 10)


class Life(RuleBasedStateMachine):
    """One phone, two people, from a fresh profile to all sent."""

    def __init__(self, new_phone) -> None:
        super().__init__()
        self.new_phone = new_phone
        self.runner: Runner | None = None

    @initialize(night=st.sampled_from(NIGHTS), hour=st.floats(-30, 30), seed=st.integers(0, 2**32))
    def begin(self, night: datetime, hour: float, seed: int) -> None:
        """A new phone, within hours of a night in which the clocks change."""
        self.runner = Runner(self.new_phone(seed, instant(night.date(), hour)))

    @property
    def here(self) -> Runner:
        """What acts."""
        assert self.runner is not None
        return self.runner

    @rule(second=BY_WHOM, score=SCORE)
    def visit(self, second: bool, score: int) -> None:
        """Scores before treatment, or after it where a visit is open."""
        self.here.visit((second, score, 2))

    @rule(what=st.sampled_from(SMALL), second=BY_WHOM, score=SCORE)
    def save(self, what: str, second: bool, score: int) -> None:
        """Anything else that people save."""
        getattr(self.here, what)((second, score, 1))

    @rule(minutes=st.integers(1, 40 * 60))
    def wait(self, minutes: int) -> None:
        """Time goes by."""
        self.here.move_to(self.here.phone.clinic.clock.now() + timedelta(minutes=minutes))

    @rule(on=st.booleans())
    def flight_mode(self, on: bool) -> None:
        """Offline or online."""
        self.here.offline(on)

    @rule(weather=st.sampled_from(["rough", "clear", "down"]))
    def weather(self, weather: str) -> None:
        """503 and lost answers, good signal, nothing."""
        getattr(self.here, weather)(None)

    @rule(saving=st.booleans())
    def kill(self, saving: bool) -> None:
        """The browser dies and starts again."""
        self.here.kill(saving)

    @rule(error=st.sampled_from([timedelta(), -YEARS, YEARS]))
    def clock(self, error: timedelta) -> None:
        """The phone's clock jumps."""
        self.here.clock(error)

    @rule()
    def tab(self) -> None:
        """A second tab."""
        self.here.tab(None)

    @rule()
    def close_tab(self) -> None:
        """One tab again."""
        self.here.close_tab(None)

    @precondition(lambda self: not self.here.signed_out)
    @rule()
    def expire(self) -> None:
        """The sign-in ends."""
        self.here.expire(None)

    @precondition(lambda self: self.here.signed_out)
    @rule()
    def sign_in(self) -> None:
        """A new one."""
        self.here.sign_in(None)

    @rule(lost=st.integers(1, 5))
    def restore(self, lost: int) -> None:
        """The clinic puts its store back from a copy."""
        self.here.restore(lost)

    @rule()
    def settle(self) -> None:
        """An evening with good signal."""
        self.here.settle(None)

    def teardown(self) -> None:
        """Online again: exactly once, in order, under the right person."""
        if self.runner is not None:
            problems = self.runner.end()
            assert not problems, "\n".join(problems)


def test_whatever_happens_every_entry_is_stored_once_in_order_under_its_person(new_phone, soak):
    how = settings(
        max_examples=SOAK if soak else LIVES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not soak,
        database=None,
        phases=[Phase.generate],
        print_blob=True,
    )
    run_state_machine_as_test(lambda: Life(new_phone), settings=how)  # pyright: ignore[reportArgumentType]
