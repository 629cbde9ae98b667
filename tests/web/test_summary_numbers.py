"""The summary of a published trial: page, API, files and command show the same numbers, to the last digit."""

import csv
import html
import io
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import select, update

from tests.services.test_summarise import flat
from tracker.charts.clinic import SERVED, TITLES
from tracker.evidence import arms
from tracker.services import again, import_, outcomes_file
from tracker.services.actor import operator
from tracker.storage import Course
from tracker.web.database import db, session
from tracker.web.wording import cell

VICKERS = Path(__file__).parents[3] / "shared" / "data" / "vickers2004_tidy.csv"
SCORE = "headache_score:0:140:lower"
ASKED = "anchor=start&instrument=headache_score&month=12"
API = "/api/v1/clinic"
COUNTS = re.compile(r"n \d+ of \d+ due|\d+ (responders )?of \d+ ended|\d+ (in|of) \d+ sessions|\d+ courses ended")
SVG = "{http://www.w3.org/2000/svg}"

pytestmark = pytest.mark.skipif(not VICKERS.exists(), reason=f"{VICKERS.name} is not beside the project")


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """Where the database with the trial in it is kept, once it has been made."""
    return tmp_path_factory.mktemp("trial") / "tracker.sqlite3"


@pytest.fixture
def clinic(app, door, world, kept):
    """A signed-in admin of a clinic that took the trial's file in; four of its courses are one practitioner's."""
    file = app.config["SETTINGS"].data_dir / "tracker.sqlite3"
    with app.app_context():
        if kept.exists():
            db.engine.dispose()
            file.with_name(f"{file.name}-wal").unlink(missing_ok=True)
            shutil.copy(kept, file)
        else:
            filled(session(), world.clinics["here"])
            db.engine.dispose()
            with closing(sqlite3.connect(file)) as store:
                store.execute("VACUUM INTO ?", (str(kept),))
    return door.enter("clinic_admin")


def filled(store, here) -> None:
    """The trial, its courses under four names."""
    told = {"day_zero": date(2002, 1, 1), "instrument": SCORE}
    import_.import_file(store, actor=operator(here), path=VICKERS, **told)
    trial = select(Course.id).where(Course.clinic_id == here, Course.import_batch_id.is_not(None))
    store.execute(update(Course).where(Course.id.in_(trial)).values(practitioner="Yoon"))
    mine = store.scalars(trial.where(Course.group_label == "acupuncture").order_by(Course.id)).all()
    for name, some in (("Ahn", mine[:4]), ("Cho", mine[4:60]), ("Lee", mine[60:])):
        store.execute(update(Course).where(Course.id.in_(some)).values(practitioner=name))
    store.commit()


def tables(page: str) -> dict[str, list[list[str]]]:
    """The cells of every table on a page, by its caption."""
    found = {}
    for caption, body in re.findall(r"<caption>(.*?)</caption>.*?<tbody>(.*?)</tbody>", page, re.S):
        lines = re.findall(r"<tr>(.*?)</tr>", body, re.S)
        cells = [
            [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<td[^>]*>(.*?)</td>", r, re.S)]
            for r in lines
        ]
        found.setdefault(html.unescape(caption), []).append(cells)
    return {caption: some[0] for caption, some in found.items()}


def written(value) -> set[str]:
    """A number of the API as the page may write it: as it is, or as a part of one."""
    return {"–"} if value is None else {cell(value), cell(value, part_of_one=True)}


@pytest.mark.parametrize("name", SERVED)
def test_page_api_and_file_hold_the_same_table(clinic, name):
    (figure,) = clinic.get(f"{API}/figures/{name}?{ASKED}").json["figures"]
    table = figure["table"]
    page = tables(clinic.get(f"/clinic/summary?{ASKED}").text)[table["caption"]]
    assert len(page) == max(len(table["rows"]), 1)
    for there, here in zip(page, table["rows"], strict=False):
        assert all(one in written(value) for one, value in zip(there, here, strict=True)), (there, here)
    lines = list(csv.reader(io.StringIO(clinic.get(f"/clinic/summary/{name}.csv?{ASKED}").data.decode("utf-8-sig"))))
    assert lines[0][: len(table["columns"])] == table["columns"]
    assert [row[: len(table["columns"])] for row in lines[1:]] == [
        ["" if value is None else str(value) for value in row] for row in table["rows"]
    ]


def test_the_api_gives_the_numbers_of_the_command_on_the_trials_file(clinic):
    """The two patients of the world began without this instrument: they are in no figure of it."""
    filed = outcomes_file.outcomes(VICKERS, instrument=SCORE, anchor="start", group="group", compare="control")
    stored = clinic.get(f"{API}/summary?{ASKED}&group=group&compare=control").json
    for group in ("acupuncture", "control"):
        found = {key: value for key, value in stored["groups"][group].items() if key in filed["groups"][group]}
        one, other = flat(found), flat(filed["groups"][group])
        numbers = {p: v for p, v in other.items() if isinstance(v, int | float) and "/notes" not in p}
        assert {path: one[path] for path in numbers} == pytest.approx(numbers, rel=1e-9, abs=1e-9)
        assert len(numbers) > 150
    assert flat(stored["comparison"]) == pytest.approx(flat(filed["comparison"]))


def test_beside_the_change_stand_what_untreated_people_did_and_both_arms(clinic):
    page = clinic.get(f"/clinic/summary?{ASKED}&condition=migraine").text
    assert "After usual care in Vickers 2004 (140 people)" in page
    assert "acupuncture: 8.3 points better (34 % of the mean) 12 months after joining, 161 people." in page
    assert "usual care: 4.4 points better (16 % of the mean) 12 months after joining, 140 people." in page
    assert "There is no comparison group here." in page


@pytest.mark.parametrize("other", ["anchor=end&instrument=headache_score&condition=migraine", ASKED])
def test_another_first_day_or_no_condition_has_no_study_beside_it(clinic, other):
    page = clinic.get(f"/clinic/summary?{other}").text
    assert "No source here reports the change within its arms" in page
    assert "points better (34 %" not in page


def test_the_numbers_of_the_arms_are_those_of_the_trials_data():
    filed = outcomes_file.outcomes(VICKERS, instrument=SCORE, anchor="start", group="group")["groups"]
    for arm, group in zip(arms.VICKERS.arms, ("acupuncture", "control"), strict=True):
        window = filed[group]["windows"][-1]
        assert (window["month"], window["improvement"]["n"]) == (arms.VICKERS.month, arm.n)
        assert round(window["improvement"]["mean"], 2) == arm.mean
        assert round(window["percent_of_means"]) == arm.per_cent


@pytest.mark.parametrize("name", TITLES)
def test_every_drawing_is_a_file_of_its_own_with_its_denominators(clinic, name):
    answer = clinic.get(f"/clinic/summary/{name}.svg?{ASKED}")
    assert answer.content_type == "image/svg+xml"
    today = datetime.now(UTC)
    assert re.fullmatch(
        rf'attachment; filename="{name}-{today:%Y}-\d\d-\d\d\.svg"', answer.headers["Content-Disposition"]
    )
    root = ElementTree.fromstring(answer.data)
    told = " ".join("".join(one.itertext()) for one in root.iter(f"{SVG}text"))
    assert COUNTS.search(told), told
    assert "definitions 1" in told
    assert "as of" in told
    assert root.get("color") == "#1b1f24"


@pytest.mark.parametrize("name", TITLES)
def test_every_row_of_a_file_says_what_it_is_of(clinic, name):
    rows = list(csv.DictReader(io.StringIO(clinic.get(f"/clinic/summary/{name}.csv?{ASKED}").data.decode("utf-8-sig"))))
    for row in rows:
        assert row["Estimated"]
        assert row["Counted"]
        assert row["Definitions"].startswith("1 ")
        assert not [value for value in row.values() if value and value[0] in "=+@"]


def test_four_courses_of_one_practitioner_are_no_group(clinic):
    asked = f"{ASKED}&practitioner=Ahn"
    assert clinic.get(f"{API}/summary?{asked}").json["groups"]["all"].keys() == {"withheld", "notes"}
    (figure,) = clinic.get(f"{API}/figures/responders?{asked}").json["figures"]
    assert figure["table"] == {"caption": "Who responded", "columns": [], "rows": []}
    assert figure["words"][0].startswith("Not shown: figures start at 11 people.")
    assert figure["data"][0]["x"] == [None]
    page = clinic.get(f"/clinic/summary?{asked}").text
    assert "Not shown: figures start at 11 people." in page
    assert "<article" not in page
    assert clinic.get(f"/clinic/summary/responders.csv?{asked}").status_code == 404
    assert clinic.get(f"/clinic/summary/responders.svg?{asked}").status_code == 404


def test_they_are_told_with_the_next_smallest_and_hide_them(clinic):
    rows = clinic.get(f"{API}/figures/pairs?{ASKED}").json["figures"][0]["table"]["rows"]
    assert [row[:2] for row in rows] == [["Lee", 145], ["Yoon", 196], ["others together", 60]]
    assert "withheld" in clinic.get(f"{API}/summary?{ASKED}&practitioner=Cho").json["groups"]["all"]
    assert clinic.get(f"{API}/summary?{ASKED}&practitioner=Lee").json["groups"]["all"]["courses"] == 145


def test_the_address_holds_the_state_and_the_page_shows_it_chosen(clinic):
    page = clinic.get(f"/clinic/summary?{ASKED}&practitioner=Lee&period=2002&combined=alone").text
    for chosen in ('value="Lee" selected', 'value="2002" selected', 'value="alone" selected', 'value="12" selected'):
        assert chosen in page, chosen
    assert "begun in 2002 · Lee · one treatment" in page.replace("&#39;", "'") or "Not shown" in page


def test_page_and_files_of_a_large_clinic_say_which_moment_they_are_of(app, clinic, monkeypatch):
    """After a change, until the new figures stand; then none says so any more."""
    monkeypatch.setattr(again, "LARGE", 1)
    again.forget()
    addresses = [f"/clinic/summary?{ASKED}", f"/clinic/summary/ecdf.svg?{ASKED}", f"/clinic/summary/ecdf.csv?{ASKED}"]
    before = [clinic.get(one).text for one in addresses]
    with app.app_context():
        session().execute(update(Course).values(group_label="all of them"))
        session().commit()
    with again._one_beside:  # what is made beside does not stand before the last of them has looked
        behind = [clinic.get(one).text for one in addresses]
    again.settle()
    after = [clinic.get(one).text for one in addresses]
    words = re.compile(r"known at \d\d:\d\d, changed since")
    assert [bool(words.search(" ".join(text.split()))) for text in before + behind + after] == [False] * 3 + [
        True
    ] * 3 + [False] * 3
    assert re.search(r"These figures are of \d\d:\d\d\. The record has changed since", behind[0])
    assert "The record has changed since" not in after[0]


@pytest.mark.parametrize("name", ["funnel", "pairs", "reactions", "dose"])
def test_each_further_figure_comes_with_words_table_and_what_it_is_of(clinic, name):
    (figure,) = clinic.get(f"{API}/figures/{name}?{ASKED}").json["figures"]
    assert figure["words"]
    assert figure["about"].keys() == {"Estimated", "Counted", "Left out", "Definitions"}


def test_published_rates_stand_beside_reactions_by_their_ids(clinic):
    ids = clinic.get(f"{API}/figures/reactions?{ASKED}").json["figures"][0]["evidence"]
    assert {"witt-2009-safety", "white-2001-safa", "kmd-2022-37490"} <= set(ids)
    assert "kim-2016-safety" not in ids  # counts without a base of their own
    assert not {"park-2015-bee-venom", "bva-anaphylaxis-2022"} & set(ids)
    page = clinic.get(f"/clinic/summary?{ASKED}").text
    assert "Published rates count other things on other bases and are not compared with the clinic&#39;s." in page
    assert "per 10,000" in page


def test_a_period_that_is_none_is_refused_with_its_pointer(clinic):
    answer = clinic.get(f"{API}/summary?period=2026-03")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/period"
    assert clinic.get(f"{API}/summary?month=2").json["errors"][0]["pointer"] == "/month"
    assert clinic.get(f"{API}/summary?since=2026-01-01").status_code == 422
