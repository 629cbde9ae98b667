"""Practitioners' pairs and answers: in the order of the names, small ones together, nobody dropped."""

import numpy as np

from tracker.science import units


def told(sizes: dict[str | None, int]) -> list[dict]:
    """So many people of each, one course each, four sessions with three pairs, due and answered but the first."""
    names = sorted(name for name in sizes if name)
    unit = np.concatenate([np.full(n, names.index(name) if name else -1) for name, n in sizes.items()]).astype(np.int64)
    person, due = np.arange(len(unit)), np.ones(len(unit), np.bool_)
    answered = due & (person > 0)
    found = {
        name: units.partial(person[m], np.full(m.sum(), 4), np.full(m.sum(), 3), due[m], answered[m])
        for name, m in units.positions(unit, person, names).items()
    }
    return units.figures(found)


def test_names_stand_in_their_own_order():
    assert [one["unit"] for one in told({"Yoon": 12, "Cho": 30, "Lee": 11})] == ["Cho", "Lee", "Yoon"]


def test_a_practitioner_of_four_stands_with_the_next_smallest():
    lines = told({"Cho": 30, "Lee": 4, "Yoon": 12})
    assert [(one["unit"], one["people"]) for one in lines] == [("Cho", 30), (units.TOGETHER, 16)]


def test_courses_without_a_name_are_a_line_of_their_own():
    assert [(one["unit"], one["people"]) for one in told({"Cho": 30, None: 20})] == [("Cho", 30), (units.NOBODY, 20)]


def test_fewer_than_eleven_in_all_have_no_line():
    assert told({"Cho": 6, "Lee": 4}) == []


def test_rates_have_their_denominators():
    (line,) = told({"Cho": 20})
    assert (line["pairs"], line["held"], line["pair_rate"]) == (60, 80, 0.75)
    assert (line["answered"], line["due"], line["follow_up_rate"]) == (19, 20, 0.95)


def test_the_lines_add_up_to_everybody():
    sizes = {"Cho": 30, "Lee": 4, "Yoon": 12, "Ahn": 3, None: 2}
    assert sum(one["people"] for one in told(sizes)) == 51
