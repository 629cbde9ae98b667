// Who asks the same thing today: one answer serves every course that asks it about the same place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { aboutTheCourse, askers, byPlace } from "../../static/js/askers.js";
import { openNow } from "../../static/js/screens.js";
import { ask, course, HIP, home, KNEE, NOW, score, session, TODAY } from "./home.mjs";

const weekly = ask(TODAY, { closes: "2026-12-01" });
const of = (instrument) => ({ ...weekly, key: `${instrument}/x`, instrument, weekly: false });

test("a course asks from the day it opens to the day it closes, both inside", () => {
  const one = course({ asks: [ask("2026-11-20", { closes: "2026-11-26" })] });
  const open = (day) => askers([one], "nrs_week", day).length;
  assert.deepEqual(["2026-11-19", "2026-11-20", "2026-11-26", "2026-11-27"].map(open), [0, 1, 1, 0]);
});

test("a place that two courses share is asked once, and each keeps the kind of its own answer", () => {
  const one = course({ id: "one", asks: [{ ...weekly, kind: "baseline" }] });
  const two = course({ id: "two", places: [KNEE, HIP], asks: [weekly] });
  const found = byPlace(askers([one, two], "nrs_week", TODAY));
  assert.deepEqual(found.map(({ place, of }) => [place.words, of.map(({ course: { id }, kind }) => [id, kind])]), [
    ["left knee", [["one", "baseline"], ["two", "check_in"]]],
    ["right hip", [["two", "check_in"]]],
  ]);
});

test("left and right are never one place, nor two parts of the body without a name", () => {
  const back = course({ id: "back", places: [{ site: null, side: "none", words: "lower back" }], asks: [weekly] });
  const head = course({ id: "head", places: [{ site: null, side: "none", words: "head" }], asks: [weekly] });
  const knees = course({ id: "knees", places: [KNEE, { ...KNEE, side: "right", words: "right knee" }], asks: [weekly] });
  assert.equal(byPlace(askers([back, head, knees], "nrs_week", TODAY)).length, 4);
});

test("a course that does not ask today is not served", () => {
  const idle = course({ id: "idle", asks: [ask("2026-11-29", { closes: "2026-12-05" })] });
  const found = byPlace(askers([course({ asks: [weekly] }), idle], "nrs_week", TODAY));
  assert.deepEqual(found[0].of.map(({ course: { id } }) => id), ["course"]);
});

test("what is about the person is stored at each course's first place", () => {
  const found = aboutTheCourse(askers([course({ places: [HIP, KNEE], asks: [of("peg")] })], "peg", TODAY));
  assert.deepEqual(found.map(({ place }) => place.words), ["right hip"]);
});

test("what is open is counted as it is asked: shared ones once, the impression once a course", () => {
  const both = (id) => course({ id, asks: [weekly, of("peg"), of("pgic")] });
  assert.equal(openNow(home([both("one"), both("two")]), NOW).length, 4);
  const treated = course({ sessions: [session({ state: "reported", scores: [score("after")] })], asks: [weekly, of("peg")] });
  assert.deepEqual(openNow(home([treated]), NOW), ["peg"]);
});
