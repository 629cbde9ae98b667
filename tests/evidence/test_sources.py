"""The sources' own numbers, written down here once more from the sources: the library must hold each of them."""

import pytest

from tracker.evidence.library import library
from tracker.evidence.records import Record

RECORDS = {r.id: r for r in library().records}
# (year, people, an identifier, the first figure with its interval, months looked at, where they start)
SOURCES: dict[str, tuple[object, ...]] = {
    "chen-michalsen-2017": (2017, None, "10.1136/bmj.j1284", None, (), None),
    "acp-2017": (2017, None, "10.7326/M16-2367", None, (), None),
    "lee-2013-acute-lbp": (2013, 1139, None, None, (), None),
    "yuan-2008-lbp": (2008, 6359, None, None, (), None),
    "witt-2006-neck": (2006, 14161, 16781068, (12.3, None, None), (3, 6), "randomisation"),
    "han-2019-cervical-surgery": (2019, 100322, "10.1136/acupmed-2018-011724", (0.397, 0.299, 0.527), (24,), "unknown"),
    "li-2019-koa-overview": (2019, None, "10.1097/MD.0000000000016301", None, (), None),
    "kim-2016-safety": (2016, 80523, "10.1097/MD.0000000000003635", None, (), None),
    "vickers-2012": (2012, 17922, "PMC3658605", (0.23, 0.13, 0.33), (), None),
    "vickers-2018": (2018, 20827, "10.1016/j.jpain.2017.11.005", (0.5, None, None), (12,), "unknown"),
    "macpherson-2017-persistence": (
        2017,
        6376,
        "10.1097/j.pain.0000000000000747",
        (0.011, -0.014, 0.037),
        (3, 6, 9, 12),
        "end_of_treatment",
    ),
    "mu-2020-cochrane-lbp": (
        2020,
        8270,
        "10.1002/14651858.CD013814",
        (-10.26, -17.11, -3.4),
        (0, 3),
        "end_of_treatment",
    ),
    "liu-2015-lbp-overview": (2015, None, "10.1155/2015/328196", None, (), None),
    "trinh-2016-cochrane-neck": (2016, 5462, "10.1002/14651858.CD004870.pub4", (-0.23, -0.4, -0.07), (3,), "unknown"),
    "ni-2020-migraine": (2020, None, "10.2147/JPR.S259390", (-0.64, -1.7, 0.42), (), None),
    "linde-2016-cochrane-migraine": (
        2016,
        4985,
        "10.1002/14651858.CD001218.pub3",
        (2.4, 2.08, 2.76),
        (3, 6),
        "unknown",
    ),
    "linde-2016-cochrane-tth": (
        2016,
        2349,
        "10.1002/14651858.CD007587.pub2",
        (48, None, None),
        (3, 6),
        "randomisation",
    ),
    "manheimer-2010-cochrane-oa": (2010, 3498, None, (-0.28, -0.45, -0.11), (3,), "unknown"),
    "manheimer-2018-cochrane-hip": (2018, 413, "10.1002/14651858.CD013010", None, (2,), "randomisation"),
    "lin-2016-koa-meta": (2016, None, "10.2106/JBJS.15.00620", (-1.24, -1.92, -0.56), (3, 6), "unknown"),
    "allen-2022-evidence-map": (2022, None, "10.1001/jamanetworkopen.2022.43665", (4, None, None), (), None),
    "haake-2007-gerac-lbp": (2007, 1162, "10.1001/archinte.167.17.1892", (3.4, -3.7, 10.3), (6,), "randomisation"),
    "cherkin-2009": (2009, 638, "10.1001/archinternmed.2009.65", (4.4, None, None), (2, 6, 12), "randomisation"),
    "debar-2025-backinaction": (
        2025,
        800,
        "10.1001/jamanetworkopen.2025.31348",
        (-1.0, -1.9, -0.1),
        (3, 6, 12),
        "randomisation",
    ),
    "macpherson-2015-atlas": (2015, 517, "10.7326/M15-0667", (3.92, 0.97, 6.87), (3, 6, 12), "randomisation"),
    "irnich-2001-neck": (2001, 177, "PMC33515", (17.28, 10.0, 24.6), (0, 3), "end_of_treatment"),
    "hinman-2014-knee": (2014, 282, "10.1001/jama.2014.12660", (-0.4, -1.2, 0.4), (3, 12), "randomisation"),
    "scharf-2006-gerac-knee": (
        2006,
        1007,
        "10.7326/0003-4819-145-1-200607040-00005",
        (53.1, None, None),
        (6,),
        "randomisation",
    ),
    "tu-2021-knee": (2021, 480, "10.1002/art.41584", (60.3, None, None), (2, 6), "randomisation"),
    "vickers-2004-headache": (2004, 401, "10.1136/bmj.38029.421863.EB", (4.6, 2.2, 7.0), (3, 12), "randomisation"),
    "li-2012-cmaj-migraine": (2012, 480, None, (-1.06, -1.77, -0.5), (2, 4), "randomisation"),
    "nice-ng59": (2016, None, None, None, (), None),
    "nice-ng193": (2021, None, None, None, (3,), "unknown"),
    "nice-ng226": (2022, None, 36745715, None, (), None),
    "nice-cg150": (2012, None, None, None, (), None),
    "aaos-2021-knee": (2021, None, None, None, (), None),
    "acr-2019-oa": (2020, None, "10.1002/acr.24131", None, (), None),
    "luo-2023-koa-cpg": (2023, 9422, 36999342, None, (), None),
    "cms-ncd-30-3-3": (2020, None, None, None, (), None),
    "witt-2009-safety": (2009, 229230, "10.1159/000209315", (8.6, None, None), (), None),
    "white-2001-safa": (2001, 31822, "10.1136/bmj.323.7311.485", (684, None, None), (), None),
    "macpherson-2005-reactions": (2005, 9408, None, (29.7, None, None), (), None),
    "baumler-2021-ae-meta": (2021, None, "10.1136/bmjopen-2020-045961", (9.31, 5.1, 14.62), (), None),
    "kmd-2022-37490": (2022, 37490, "10.1186/s12906-022-03782-z", (1205, None, None), (), None),
    "lin-2019-pneumothorax": (2019, 411734, "10.1136/acupmed-2018-011697", (0.87, None, None), (), None),
    "singapore-2022-pneumothorax": (2022, 4, "10.1186/s12245-022-00455-z", None, (), None),
    "chan-2017-safety-overview": (2017, None, None, None, (), None),
    "zhang-2010-chinese-ae": (2010, 479, "PMC2995190", None, (), None),
    "park-2015-bee-venom": (2015, None, "10.1371/journal.pone.0126971", (3.61, 2.1, 6.2), (), None),
    "bva-anaphylaxis-2022": (2022, None, "10.3390/toxins14040238", (0.045, 0.028, 0.062), (), None),
    "costa-2012-lbp-course": (2012, 11166, "10.1503/cmaj.111271", (23, 16, 30), (1.5, 6, 12), "pain_onset"),
    "wallwork-2024-lbp-course": (2024, 17974, "10.1503/cmaj.230542", (40, None, None), (1.5, 6, 12), "study_entry"),
    "artus-2014-lbp-course": (2014, None, "10.1186/1471-2474-15-68", (1.0, 0.9, 1.0), (1.5, 3, 6, 12), "unknown"),
    "farrar-2001-nrs": (2001, 2724, "10.1016/S0304-3959(01)00349-9", (-2, None, None), (), None),
    "dworkin-2008-immpact": (2008, None, "10.1016/j.jpain.2007.09.005", (30, None, None), (), None),
    "ostelo-2008-mic": (2008, None, None, (30, None, None), (), None),
    "kovacs-2008-neck-mic": (2008, 658, "10.1186/1471-2474-9-43", (1.5, None, None), (3,), "unknown"),
    "reed-2024-peg-mid": (2024, 1710, "10.1016/j.jpain.2023.07.028", (1.0, 0.6, 1.75), (), None),
    "promis-pi-mid": (2018, 759, "10.2147/JPR.S93391", (2.5, 2, 3), (), None),
    "srinivasan-2024-pro-completion": (2024, 27464, "10.1371/journal.pone.0303985", (79.6, None, None), (), None),
    "lowe-2024-audit": (2024, 233, "10.1177/09645284241248471", (61.8, None, None), (2, 6), "unknown"),
}
# Figures of a second comparison, as the source prints them: (record, comparator, value, low, high).
MORE: list[tuple[str, str, float, float | None, float | None]] = [
    ("vickers-2012", "sham", 0.16, 0.07, 0.25),
    ("vickers-2012", "sham", 0.15, 0.07, 0.24),
    ("vickers-2012", "no_acupuncture", 0.55, 0.51, 0.58),
    ("vickers-2012", "no_acupuncture", 0.57, 0.5, 0.64),
    ("vickers-2012", "no_acupuncture", 0.42, 0.37, 0.46),
    ("macpherson-2017-persistence", "sham", 0.025, 0.0, 0.05),
    ("ni-2020-migraine", "no_acupuncture", -1.8, -2.34, -1.26),
    ("ni-2020-migraine", "drugs", -1.75, -2.91, -0.58),
    ("linde-2016-cochrane-tth", "sham", 52, None, None),
    ("lin-2016-koa-meta", "mixed", -0.55, -1.39, 0.29),
    ("haake-2007-gerac-lbp", "usual_care", 20.2, 13.4, 26.7),
    ("irnich-2001-neck", "other_treatment", 24.22, 16.5, 31.9),
    ("hinman-2014-knee", "no_acupuncture", -1.1, -1.8, -0.4),
]
# What each source says against each comparison, where it says something.
DIRECTIONS = {
    "acp-2017": {"guideline for"},
    "lee-2013-acute-lbp": {"drugs better", "sham mixed"},
    "yuan-2008-lbp": {"no_acupuncture better", "sham no_clear_difference", "usual_care better"},
    "witt-2006-neck": {"usual_care better"},
    "han-2019-cervical-surgery": {"no_acupuncture association"},
    "vickers-2012": {"no_acupuncture better", "sham better"},
    "vickers-2018": {"no_acupuncture better", "sham better"},
    "mu-2020-cochrane-lbp": {"no_acupuncture better", "sham better", "usual_care better"},
    "liu-2015-lbp-overview": {"no_acupuncture better", "sham mixed", "usual_care better"},
    "trinh-2016-cochrane-neck": {"sham better"},
    "ni-2020-migraine": {"drugs better", "no_acupuncture better", "sham no_clear_difference"},
    "linde-2016-cochrane-migraine": {"drugs better", "drugs no_clear_difference", "sham better", "usual_care better"},
    "linde-2016-cochrane-tth": {"sham better", "usual_care better"},
    "manheimer-2010-cochrane-oa": {"sham better"},
    "manheimer-2018-cochrane-hip": {"drugs uncertain", "sham no_clear_difference", "usual_care better"},
    "lin-2016-koa-meta": {"mixed better", "mixed no_clear_difference"},
    "haake-2007-gerac-lbp": {"sham no_clear_difference", "usual_care better"},
    "cherkin-2009": {"sham no_clear_difference", "usual_care better", "usual_care mixed"},
    "debar-2025-backinaction": {"usual_care better"},
    "macpherson-2015-atlas": {"usual_care better"},
    "irnich-2001-neck": {"other_treatment better", "sham no_clear_difference"},
    "hinman-2014-knee": {"no_acupuncture better", "no_acupuncture no_clear_difference", "sham no_clear_difference"},
    "scharf-2006-gerac-knee": {"sham no_clear_difference", "usual_care better"},
    "tu-2021-knee": {"sham mixed"},
    "vickers-2004-headache": {"usual_care better"},
    "li-2012-cmaj-migraine": {"sham better", "sham no_clear_difference"},
    "nice-ng59": {"guideline against"},
    "nice-ng193": {"guideline for"},
    "nice-ng226": {"guideline against"},
    "nice-cg150": {"guideline for"},
    "aaos-2021-knee": {"guideline limited"},
    "acr-2019-oa": {"guideline for"},
    "luo-2023-koa-cpg": {"guideline for"},
}
SMALL = {
    "mu-2020-cochrane-lbp",
    "manheimer-2010-cochrane-oa",
    "li-2012-cmaj-migraine",
}  # the source: too little to matter
record = pytest.mark.parametrize("record", RECORDS.values(), ids=lambda r: r.id)


def figures(r: Record) -> list[tuple[float | None, float | None, float | None]]:
    """Every figure of a record with its interval."""
    return [(c.effect.value, c.effect.low, c.effect.high) for c in r.comparisons if c.effect.value is not None]


def test_every_source_is_in_the_library_but_the_two_that_thresholds_rest_on():
    assert set(RECORDS) - set(SOURCES) == {"ichd-3-medication-overuse", "tubach-2005-knee-mcii"}
    assert set(SOURCES) <= set(RECORDS)


@pytest.mark.parametrize("id", SOURCES)
def test_a_record_holds_what_its_source_prints(id: str):
    year, people, name, figure, months, zero = SOURCES[id]
    found = RECORDS[id]
    assert (found.year, found.n, found.doi or found.pmid or found.pmcid) == (year, people, name)
    assert (found.time_points_months, found.time_zero) == (months, zero)
    assert figure in figures(found) or (figure is None and figures(found) == [])


@pytest.mark.parametrize(("id", "comparator", "value", "low", "high"), MORE)
def test_a_second_comparison_has_its_own_figure(id: str, comparator: str, value: float, low: float, high: float):
    shown = [c.effect for c in RECORDS[id].comparisons if c.comparator == comparator]
    assert (value, low, high) in [(e.value, e.low, e.high) for e in shown]


def test_no_record_holds_a_figure_that_stands_in_neither_table():
    known = {(id, row[3]) for id, row in SOURCES.items()} | {(id, (v, lo, hi)) for id, _, v, lo, hi in MORE}
    own = {(r.id, f) for r in RECORDS.values() if r.id in SOURCES for f in figures(r)}
    assert own - known == set()


@pytest.mark.parametrize("id", DIRECTIONS)
def test_each_comparison_goes_the_way_its_source_says(id: str):
    said = {f"{c.comparator} {c.direction}" for c in RECORDS[id].comparisons}
    assert said == DIRECTIONS[id]


@pytest.mark.parametrize("id", sorted(SMALL))
def test_a_gap_that_its_source_calls_small_is_never_a_plain_gain(id: str):
    assert any(c.important is False for c in RECORDS[id].comparisons)


@record
def test_every_figure_has_a_unit_and_a_good_direction(record: Record):
    assert all(c.effect.unit and c.effect.better_is for c in record.comparisons if c.effect.value is not None)


@record
def test_every_record_says_what_it_measured_and_where_its_months_start(record: Record):
    assert record.outcomes
    assert record.time_zero or not record.time_points_months
    assert record.design
    assert record.limits
    assert record.checked_on


@record
def test_a_conflict_is_named_on_both_sides(record: Record):
    assert all(record.id in RECORDS[other].conflicts for other in record.conflicts)


def test_what_another_source_replaced_names_it_and_is_not_shown():
    [old] = [r for r in RECORDS.values() if r.superseded_by]
    assert (old.id, old.superseded_by, old.renders) == ("costa-2012-lbp-course", "wallwork-2024-lbp-course", False)
