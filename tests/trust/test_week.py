"""The offline week (trust rule R3): whatever happens to the phone, every entry stands in the store once, in order.

Each schedule is drawn from its number, which the test's name carries: the same number is the same week.
"""

import pytest

from tests.trust.week.runner import Runner
from tests.trust.week.schedule import week

pytestmark = pytest.mark.xdist_group("week")

WEEKS, SOAK = 25, 1000


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a week: 25, or 1,000 with --soak."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(SOAK if metafunc.config.getoption("--soak") else WEEKS))


def test_every_entry_of_the_week_is_stored_once_in_order_and_truly_dated(new_phone, seed):
    acts = week(seed)
    first = next(act.given for act in acts if act.what == "move_to")
    runner = Runner(new_phone(seed, first))
    problems = runner.run(acts)
    assert not problems, "\n".join([f"week {seed}", *problems])
