// Questions: before, after, once a week, any time; and a refused answer once more.
import { goHome } from "./app.js";
import { ask } from "./ask.js";
import { askers, byPlace } from "./askers.js";
import { weekday } from "./clock.js";
import { button } from "./dom.js";
import { reading } from "./entries.js";
import { here, screen, today } from "./here.js";
import { sessionId } from "./ids.js";
import { replace } from "./outbox.js";
import { confirmed, notNow, pick, saved } from "./pauses.js";
import { pose } from "./pose.js";
import { said } from "./said.js";
import { scores } from "./scores.js";
import { words } from "./words.js";

/** Before treatment; the visit's id is the one the clinic would make. */
export async function before(course, back = null) {
  const day = today();
  const open = course.session && !course.session.after;
  const id = open ? course.session.id : await sessionId(course.id, day, course.next_that_day);
  const number = open ? course.session.number : course.next_that_day;
  const question = atVisit(course, { kind: "before", id, day, legend: words.before, text: words.savedBefore });
  const given = await pose(question, { back });
  saved({ ...course, session: { id, held_on: day, number } }, { question, given });
}

/** After treatment, at the places whose before-score waits for it. */
export async function after(course, back = null) {
  const { session_id: id, held_on: day } = course.waiting ?? { session_id: course.session.id, held_on: course.session.held_on };
  const places = course.waiting?.scores.map(({ place }) => place);
  const question = atVisit(course, { kind: "after", id, day, places, legend: words.after, text: words.savedAfter });
  confirmed(question, await pose(question, { back }), { treated: true });
}

/** Once a week; one answer serves every course that asks about the place. At the clinic one can go over to the session. */
export async function weekly(course) {
  const asked = byPlace(askers(here.home.courses, "nrs_week", today()));
  const question = {
    ...scores({ asked, instrument: "nrs_week", legend: words.weekly, text: words.savedWeekly }),
    when: course.ended ? said.visitsOverWhen : words.weeklyWhen,
  };
  const atSession = button(words.atSession, () => pick((one) => before(one, goHome)), "big");
  const beside = [!course.ended && atSession, button(words.notNow, notNow, "plain")];
  confirmed(question, await pose(question, { beside }));
}

/** Any time, bound to no session. */
export async function logNow(course) {
  const question = { ...atPlaces(course, { kind: "check_in", legend: words.now, text: words.savedNow }), when: words.nowWhen };
  confirmed(question, await pose(question, { back: goHome }));
}

/** A refused score once more: a new entry in its place. What was refused for its date is of now. */
export async function redo({ id, body, code }, back) {
  here.resting = false;
  const { questionOf } = await import("./one_entry.js");
  const question = questionOf(body);
  if (!question) return back();
  const { value: _, items: __, device_seq: ___, entered_at: ____, recorded_at: then, recorded_zone: there, ...same } = body;
  const time = code === "in_the_future" ? {} : { recorded_at: then, recorded_zone: there };
  const make = (values) => question.tell(values).map(({ course, place, value, more }) => reading(course, place, value, { ...same, ...more, ...time }));
  const store = ([entry]) => replace(id, entry);
  await ask(screen, { ...question, when: words.change, fields: question.fields(), make, back, store });
  return back();
}

/** A question at a visit: its words say the day and which visit of the course it is. */
export function atVisit(course, { id, day, more = {}, ...question }) {
  return { ...atPlaces(course, { ...question, more: { ...more, session_id: id } }), when: words.session(weekday(day), course.number, course.planned) };
}

/** A score right now at places of one course. */
export function atPlaces(course, { kind, places = course.places, more = {}, legend, text }) {
  return scores({ asked: places.map((place) => ({ place, of: [{ course, place, kind }] })), instrument: "nrs_now", more, legend, text });
}
