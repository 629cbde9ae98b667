// Questions: before, after, once a week, any time; and the change of what was just saved.
import { start } from "./app.js";
import { ask } from "./ask.js";
import { weekday } from "./clock.js";
import { button } from "./dom.js";
import { reading } from "./entries.js";
import { here, screen, today } from "./here.js";
import { sessionId } from "./ids.js";
import { confirmed, idle, pick, saved } from "./pauses.js";
import { words } from "./words.js";

/** Before treatment; the visit's id is the one the clinic would make. */
export async function before(course, back = null) {
  const day = today();
  const open = course.session && !course.session.after;
  const id = open ? course.session.id : await sessionId(course.id, day, course.next_that_day);
  const more = { kind: "before", instrument: "nrs_now", session_id: id };
  const scores = await answered(course, more, { when: heading(course, day), legend: words.before, back });
  course.session = { id, held_on: day, state: "reported", before: true, after: false };
  course.waiting = { session_id: id, held_on: day, before_at: scores[0].at, scores };
  saved(course, scores);
}

/** After treatment, at the places whose before-score waits for it. */
export async function after(course, back = null) {
  const { session_id: id, held_on: day } = course.waiting ?? { session_id: course.session.id, held_on: course.session.held_on };
  const places = course.waiting?.scores.map(({ place }) => place);
  const more = { kind: "after", instrument: "nrs_now", session_id: id };
  const scores = await answered(course, more, { when: heading(course, day), legend: words.after, places, back });
  confirmed(words.savedAfter, course, scores, more);
}

/** Once a week; who sits at the clinic can go over to the session from here. */
export async function weekly(course) {
  const more = { kind: course.weekly_kind, instrument: "nrs_week" };
  const beside = [button(words.atSession, () => pick((one) => before(one, start)), "big"), button(words.notNow, idle, "plain")];
  const scores = await answered(course, more, { when: words.weeklyWhen, legend: words.weekly, beside });
  confirmed(words.savedWeekly, course, scores, more);
}

/** Any time, bound to no session. */
export async function logNow(course) {
  const more = { kind: "check_in", instrument: "nrs_now" };
  const scores = await answered(course, more, { when: words.nowWhen, legend: words.now, back: idle });
  confirmed(words.savedNow, course, scores, more);
}

/** The same question once more: a new entry that replaces the old, which is kept. `said` shows the outcome. */
export async function change(course, scores, more, said) {
  here.resting = false;
  const old = new Map(scores.map((one) => [one.place, one]));
  const corrected = (place) => ({ ...more, recorded_at: old.get(place).at, supersedes: old.get(place).id, reason: words.changedReason });
  const changed = await ask(screen, {
    when: words.change,
    places: [...old.keys()],
    legend: LEGEND[more.instrument] ?? LEGEND[more.kind],
    reading: (place, value) => reading(course, place, value, corrected(place)),
    back: () => said(scores),
  });
  said(changed);
}

const LEGEND = { nrs_week: words.weekly, before: words.before, after: words.after, check_in: words.now };

function answered(course, more, { places = course.places, ...question }) {
  here.resting = false;
  return ask(screen, { ...question, places, reading: (place, value) => reading(course, place, value, more) });
}

const heading = (course, day) => words.session(weekday(day), course.number, course.planned);
