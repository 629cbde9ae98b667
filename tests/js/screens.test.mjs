// The home rule, every state of it: frontend.md, "Home shows the first that applies".
import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, missed, nextAsked } from "../../static/js/screens.js";
import { ask, course, HIP, home, KNEE, NOW, score, session, TODAY } from "./home.mjs";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ago = (time) => new Date(NOW - time).toISOString();
const before = (time, more = {}) => score("before", { at: ago(time), ...more });
const logged = (...scores) => course({ sessions: [session({ state: "reported", scores })] });
const yesterday = (...scores) => course({ sessions: [session({ held_on: "2026-11-24", state: "reported", scores })] });
const planned = (more = {}) => session({ state: "planned", ...more });
const weekly = ask("2026-11-22", { closes: "2026-11-28" });
const peg = { ...weekly, key: "peg/x", instrument: "peg", weekly: false };
const ended = { ended_on: "2026-11-01", ends_on: "2026-11-01" };

const STATES = [
  ["no course", [], "no-course"],
  ["(a) saved a moment ago", [logged(before(0))], "saved"],
  ["(a) saved just under 20 minutes ago", [logged(before(20 * MINUTE - 1))], "saved"],
  ["(b) saved 20 minutes ago", [logged(before(20 * MINUTE))], "after"],
  ["(b) just under 12 hours ago, past midnight", [yesterday(before(12 * HOUR - 1))], "after"],
  ["(b) one place of two is answered", [logged(before(HOUR), score("after", { at: ago(0) }), before(HOUR, { ...HIP, id: "b" }))], "after"],
  ["late: 12 hours ago", [yesterday(before(12 * HOUR))], "idle"],
  ["late: and a weekly question is open", [{ ...yesterday(before(13 * HOUR)), asks: [weekly] }], "weekly"],
  ["before and after are there", [logged(before(HOUR), score("after", { at: ago(MINUTE) }))], "idle"],
  ["the visit was cancelled after the before-score", [course({ sessions: [session({ state: "cancelled", scores: [before(HOUR)] })] })], "idle"],
  ["(c) the clinic wrote first", [course({ sessions: [session({ state: "held" })] })], "before-or-after"],
  ["(c) not when a score is there", [course({ sessions: [session({ state: "held", scores: [score("after")] })] })], "idle"],
  ["(c) not yesterday's", [course({ sessions: [session({ state: "held", held_on: "2026-11-24" })] })], "idle"],
  ["(d) planned today", [course({ sessions: [planned()] })], "before"],
  ["(d) planned today, weekly due: the session first", [course({ sessions: [planned()], asks: [weekly] })], "before"],
  ["(d) planned tomorrow", [course({ sessions: [planned({ held_on: "2026-11-26" })] })], "idle"],
  ["(d) a second visit planned today, the first is done", [course({ sessions: [session({ state: "reported", scores: [before(5 * HOUR), score("after", { at: ago(4 * HOUR) })] }), planned({ id: "second", number: 2 })] })], "before"],
  ["(d) weekly due", [course({ asks: [weekly] })], "weekly"],
  ["(d) weekly due, but straight after an after", [{ ...logged(before(HOUR), score("after", { at: ago(0) })), asks: [weekly] }], "idle"],
  ["(d) weekly due, an after yesterday", [{ ...yesterday(before(20 * HOUR), score("after", { at: ago(19 * HOUR) })), asks: [weekly] }], "weekly"],
  ["weekly opens tomorrow", [course({ asks: [ask("2026-11-26", { closes: "2026-12-02" })] })], "idle"],
  ["weekly closed yesterday", [course({ asks: [ask("2026-11-18", { closes: "2026-11-24" })] })], "idle"],
  ["(e) an open check-in", [course({ asks: [peg] })], "check-in"],
  ["(e) the weekly question comes before it", [course({ asks: [peg, weekly] })], "weekly"],
  ["(e) after an after the check-in may come", [{ ...logged(before(HOUR), score("after", { at: ago(0) })), asks: [weekly, peg] }], "check-in"],
  ["what happened since the visits ended", [course({ ...ended, milestones: [{ opens: TODAY, closes: TODAY }] })], "milestone"],
  ["21 days without a session", [course({ finished_from: TODAY })], "finished"],
  ["20 days without a session", [course({ finished_from: "2026-11-26" })], "idle"],
  ["a question comes before the visits' end", [course({ finished_from: TODAY, asks: [weekly] })], "weekly"],
  ["(f) nothing", [course()], "idle"],
  ["ended, questions follow", [course({ ...ended, asks: [ask("2026-12-06")] })], "ended"],
  ["ended since the phone last heard", [course({ ends_on: TODAY, asks: [ask("2026-12-06")] })], "ended"],
  ["ended a year ago", [course(ended)], "closed"],
  ["one course ended, another goes on", [course(ended), course({ id: "other" })], "idle"],
  ["a second course waits for its after", [course({ asks: [weekly] }), logged(before(HOUR))], "after"],
];

for (const [what, courses, name] of STATES) {
  test(what, () => assert.equal(choose(home(courses), NOW).name, name));
}

test("the state does not depend on when the clinic was last heard: days later too", () => {
  const told = home([course({ sessions: [planned({ held_on: "2026-11-28" })], asks: [ask("2026-11-30", { closes: "2026-12-06" })] })]);
  const later = (days) => choose(told, NOW + days * 24 * HOUR).name;
  assert.deepEqual([0, 3, 5, 8].map(later), ["idle", "before", "weekly", "weekly"]);
});

test("after a change to summer time the same hour is still the same day", () => {
  const told = home([course({ sessions: [planned({ held_on: "2026-03-29" })] })], { zone: "Europe/Berlin" });
  const at = (time) => choose(told, Date.parse(time)).name;
  assert.equal(at("2026-03-28T22:59:59Z"), "idle");
  assert.equal(at("2026-03-28T23:00:00Z"), "before");
  assert.equal(at("2026-03-29T21:59:59Z"), "before");
  assert.equal(at("2026-03-29T22:00:00Z"), "idle");
});

test("what waits tells its places and numbers, the latest session first", () => {
  const two = course({ places: [KNEE, HIP], sessions: [
    session({ id: "one", held_on: "2026-11-24", state: "reported", scores: [before(20 * HOUR)] }),
    session({ id: "two", state: "reported", scores: [before(HOUR, { ...HIP, id: "h", value: 0 })] }),
  ] });
  const { course: found } = choose(home([two]), NOW);
  assert.equal(found.waiting.session_id, "two");
  assert.deepEqual(found.waiting.scores.map(({ place, value }) => [place.words, value]), [["right hip", 0]]);
});

test("a missing after-score is late from 12 to 48 hours", () => {
  const late = (time) => missed(home([yesterday(before(time))]), NOW)?.waiting.held_on ?? null;
  assert.deepEqual([12 * HOUR - 1, 12 * HOUR, 48 * HOUR - 1, 48 * HOUR].map(late), [null, "2026-11-24", "2026-11-24", null]);
});

test("the session's number counts what was held before", () => {
  const number = (sessions) => choose(home([course({ sessions })]), NOW).course.number;
  assert.equal(number([planned()]), 5);
  assert.equal(number([session({ state: "held" })]), 5);
});

test("the next question's day is the first after today", () => {
  const told = home([course({ asks: [weekly, ask("2026-12-04"), ask("2026-11-29")] })]);
  assert.equal(nextAsked(told, TODAY), "2026-11-29");
  assert.equal(nextAsked(home(), TODAY), null);
});
