import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../static/js/fold.js";
import { ask, course, home, row, score, session, TODAY } from "./home.mjs";

const weekly = (value, more = {}) => row({ kind: "check_in", instrument: "nrs_week", value, ...more.body }, more);
const at = (kind, more = {}) => row({ kind, instrument: "nrs_now", session_id: "visit", value: 7, ...more.body }, more);
const days = (told) => told.asks.map(({ opens }) => opens);

test("nothing logged changes nothing", () => {
  const told = home([course({ sessions: [session()], asks: [ask(TODAY)] })]);
  assert.deepEqual(fold(told, [], TODAY), told);
});

test("the clinic's own answer is not changed in place", () => {
  const told = home();
  fold(told, [at("before")], TODAY);
  assert.deepEqual(told.courses[0].sessions, []);
});

test("a score at a planned visit makes it a reported one", () => {
  const [one] = fold(home([course({ sessions: [session()] })]), [at("before")], TODAY).courses;
  assert.deepEqual(one.sessions.map(({ id, state, scores }) => [id, state, scores.length]), [["visit", "reported", 1]]);
});

test("a visit that the clinic did not plan is one of that day in the clinic's zone", () => {
  const late = at("before", { body: { recorded_at: "2026-11-25T16:30:00+01:00" } });
  const [one] = fold(home(), [late], "2026-11-26").courses;
  assert.deepEqual(one.sessions.map(({ held_on, number }) => [held_on, number]), [["2026-11-26", 1]]);
});

test("a wrong clock is put right by what was known on save", () => {
  const wrong = at("before", { body: { recorded_at: "2019-11-25T10:00:00+09:00" }, clock: { skew: 220_924_800_000 } });
  assert.equal(fold(home(), [wrong], TODAY).entries[0].at, "2026-11-25T01:00:00.000Z");
});

test("an entry that the clinic knows already is not counted twice", () => {
  const known = home([course({ sessions: [session({ state: "reported", scores: [score("before", { id: "same" })] })] })]);
  known.entries = [{ ...score("before", { id: "same" }), course_id: "course" }];
  const told = fold(known, [at("before", { id: "same", state: "sent" })], TODAY);
  assert.equal(told.entries.length, 1);
  assert.equal(told.courses[0].sessions[0].scores.length, 1);
});

test("of a score and its corrections the last counts", () => {
  const first = at("before", { id: "a" });
  const second = at("before", { id: "b", body: { supersedes: "a", value: 5 } });
  const third = at("before", { id: "c", body: { supersedes: "b", value: 4 } });
  const told = fold(home(), [third, first, second].map((one, i) => ({ ...one, seq: [3, 1, 2][i] })), TODAY);
  assert.deepEqual(told.entries.map(({ id, value }) => [id, value]), [["c", 4]]);
  assert.deepEqual(told.courses[0].sessions[0].scores.map(({ value }) => value), [4]);
});

test("a correction replaces what the clinic told, a retraction takes it away", () => {
  const known = home([course({ sessions: [session({ state: "reported", scores: [score("before", { id: "old" })] })] })]);
  known.entries = [{ ...score("before", { id: "old" }), course_id: "course" }];
  const corrected = fold(known, [at("before", { body: { supersedes: "old", value: 0 } })], TODAY);
  assert.deepEqual(corrected.entries.map(({ value }) => value), [0]);
  const taken = fold(known, [at("before", { body: { supersedes: "old", value: undefined, retracted: true } })], TODAY);
  assert.deepEqual([taken.entries.length, taken.courses[0].sessions[0].scores.length], [0, 0]);
});

test("a refused entry and the corrections that wait for it are left out", () => {
  const rows = [at("before", { id: "no", state: "refused" }), at("before", { body: { supersedes: "no" } })];
  assert.deepEqual(fold(home(), rows, TODAY), home());
});

test("a visit that did not take place is cancelled, unless the clinic confirmed it", () => {
  const cancel = row({ held_on: TODAY, state: "cancelled" }, { noun: "sessions", noun_id: "visit" });
  const states = (state) => fold(home([course({ sessions: [session({ state })] })]), [cancel], TODAY).courses[0].sessions[0].state;
  assert.deepEqual(["planned", "reported", "held"].map(states), ["cancelled", "cancelled", "held"]);
});

test("the next weekly question comes a week after the answer, until the course ends", () => {
  const asks = [ask("2026-11-23", { closes: "2026-11-29" }), ask("2026-11-30", { closes: "2026-12-06" })];
  const [one] = fold(home([course({ asks })]), [weekly(5)], TODAY).courses;
  assert.deepEqual(days(one), ["2026-12-02", "2026-12-09", "2026-12-16"]);
  assert.equal(one.asks.at(-1).closes, "2026-12-17");
});

test("a follow-up that was open is answered, and the next keeps four days' distance", () => {
  const asks = [
    ask("2026-11-26", { opens: "2026-11-23", closes: "2026-11-27" }),
    ask("2026-12-01", { opens: "2026-11-28", closes: "2026-12-20" }),
    ask("2027-02-01", { opens: "2027-01-29", closes: "2027-03-01" }),
  ];
  const ended = course({ asks, ended_on: "2026-11-18", ends_on: "2026-11-18" });
  assert.deepEqual(days(fold(home([ended]), [weekly(5)], TODAY).courses[0]), ["2026-11-29", "2027-01-29"]);
});

test("an answer of another instrument leaves the question open", () => {
  const told = home([course({ asks: [ask(TODAY)] })]);
  assert.deepEqual(days(fold(told, [row({ kind: "check_in", instrument: "nrs_now", value: 3 })], TODAY).courses[0]), [TODAY]);
});

test("after a treatment the weekly question is no longer one of the start", () => {
  const told = home([course({ asks: [ask("2026-11-30", { kind: "baseline" })] })]);
  const kinds = (rows) => fold(told, rows, TODAY).courses[0].asks.map(({ kind }) => kind);
  assert.deepEqual(kinds([at("before")]), ["baseline"]);
  assert.deepEqual(kinds([at("before"), at("after")]), ["check_in"]);
});

test("sessions held since the clinic told are counted, today's is not", () => {
  const since = [session({ id: "a", held_on: "2026-11-24", state: "held" }), session({ id: "b", state: "reported" })];
  const counted = (today) => fold(home([course({ sessions: since })]), [], today).courses[0].held;
  assert.deepEqual([counted(TODAY), counted("2026-11-27")], [4, 5]);
});

test("a headache day stands in the diary, and leaves it when it is taken back", () => {
  const yes = row({ kind: "check_in", instrument: "headache_today", value: 1 }, { id: "yes" });
  const told = fold(home(), [yes], TODAY);
  assert.deepEqual(told.diary.days, { [TODAY]: 1 });
  const known = { ...told, entries: told.entries };
  const back = row({ kind: "check_in", instrument: "headache_today", supersedes: "yes", retracted: true });
  assert.deepEqual(fold(known, [back], TODAY).diary.days, {});
});

test("a pair makes it time to offer reminders", () => {
  assert.equal(fold(home(), [at("before")], TODAY).reminders.offer, false);
  assert.equal(fold(home(), [at("before"), at("after")], TODAY).reminders.offer, true);
});

test("what was said of the visits' end is not asked again", () => {
  const told = home([course({ finished_from: "2026-11-20", ask_finished: true, milestones: [{ opens: "2026-11-20", closes: "2026-12-20" }], milestone_due: true })]);
  const said = (code) => row({ code, happened_on: TODAY }, { noun: "milestones" });
  const after = (code) => fold(told, [said(code)], TODAY).courses[0];
  assert.deepEqual([after("visits_go_on").finished_from, after("visits_go_on").milestone_due], [null, true]);
  assert.deepEqual([after("none").milestones, after("none").milestone_due], [[], false]);
});
