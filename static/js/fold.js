// Fold: what the clinic told last and what was logged on this phone since, as one home. Pure: values in, a new home out.
// The clinic's own answer, once it is here, replaces all of it.
import { dayIn, daysLater } from "./clock.js";
import { answered } from "./still_asked.js";

const DONE = new Set(["held", "reported"]);

/**
 * home: as /app/home.json tells it; rows: entries of this person from the outbox, in any order; today: the clinic's day.
 * Refused entries and corrections that wait for them are left out: they are told by themselves.
 */
export function fold(home, rows, today) {
  const folded = structuredClone(home);
  for (const row of effective(rows, folded.entries)) take(folded, row);
  for (const course of folded.courses) count(course, dayIn(home.zone, new Date(home.now)), today);
  folded.reminders.offer ||= !folded.reminders.decided && folded.courses.some((course) => course.sessions.some(paired));
  return folded;
}

/** Rows that count, oldest first: of a score and its corrections the last, unless it is at the clinic already. */
function effective(rows, known) {
  const counted = rows.filter(({ state }) => state !== "refused").sort((one, other) => one.seq - other.seq);
  const replaced = new Set(counted.map(({ body }) => body.supersedes).filter(Boolean));
  const there = new Set(known.map(({ id }) => id));
  const own = new Set(counted.map(({ id }) => id));
  const lost = new Set(rows.filter(({ state }) => state === "refused").map(({ id }) => id));
  return counted
    .filter(({ id, body }) => !replaced.has(id) && !there.has(id) && !lost.has(body.supersedes))
    .map((row) => ({ ...row, replaces: chainOf(row, counted, own) }));
}

/** Every id that this row stands for, its own corrections' chain included. */
function chainOf(row, rows, own) {
  const ids = [];
  for (let id = row.body.supersedes; id; id = own.has(id) ? rows.find((one) => one.id === id).body.supersedes : null) ids.push(id);
  return ids;
}

function take(home, row) {
  const kind = row.path.split("/").at(-2);
  if (kind === "readings") takeReading(home, row);
  if (kind === "sessions") takeVisit(home, row);
  if (kind === "milestones") takeMilestone(home, row);
}

function takeReading(home, { id, body, replaces, state, clock }) {
  const skew = clock?.skew ?? 0;
  const at = new Date(Date.parse(body.recorded_at) + skew).toISOString();
  const day = dayIn(home.zone, new Date(at));
  const old = home.entries.find((one) => replaces.includes(one.id));
  home.entries = home.entries.filter((one) => !replaces.includes(one.id));
  for (const session of home.courses.flatMap(({ sessions }) => sessions)) {
    session.scores = session.scores.filter((one) => !replaces.includes(one.id));
  }
  if (body.retracted) return untake(home, old);
  const { course_id, session_id = null, kind, instrument, site = null, side = "none", value, items = null } = body;
  const score = { id, kind, instrument, site, side, value, at };
  home.entries.push({ ...score, course_id, session_id, items, late: false, unsent: state !== "sent" });
  home.entries.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  const course = home.courses.find((one) => one.id === course_id);
  if (!course) return;
  if (session_id) seat(course, session_id, day, score);
  if (instrument === "headache_today") home.diary.days[day] = value;
  course.asks = answered(course, instrument, day);
}

/** A diary day that was taken back is open again. */
function untake(home, old) {
  if (old?.instrument === "headache_today") delete home.diary.days[dayIn(home.zone, new Date(old.at))];
}

/** Whether a treatment lies behind: from then on an answer is no longer one of the start. */
const begun = ({ sessions }, today) =>
  sessions.some(({ state, held_on: on, scores }) => DONE.has(state) && (on < today || scores.some(({ kind }) => kind === "after")));

const checkIn = (ask) => (ask.kind === "baseline" ? { ...ask, kind: "check_in" } : ask);

/** A score at its visit; the patient's own number counts. A visit that the clinic has not told of is one of that day. */
function seat(course, id, day, score) {
  let session = course.sessions.find((one) => one.id === id);
  if (!session) {
    const number = course.sessions.filter(({ held_on: on }) => on === day).length + 1;
    course.sessions.push((session = { id, held_on: day, number, state: "reported", scores: [] }));
  }
  if (session.state === "planned") session.state = "reported";
  session.scores = [...session.scores.filter((one) => !sameQuestion(one, score)), score];
}

function takeVisit(home, { path, body }) {
  const course = home.courses.find(({ id }) => id === body.course_id);
  const id = path.split("/").at(-1);
  const known = course?.sessions.find((one) => one.id === id);
  if (known?.state === "held") return; // what the clinic confirmed stays
  const state = body.state === "held" ? "reported" : body.state;
  if (known) known.state = state;
  else course?.sessions.push({ id, held_on: body.held_on, number: body.number ?? 1, state, scores: [] });
}

/** What happened beside the treatment, or whether the visits are finished: asked no more until the clinic says so. */
function takeMilestone(home, { body }) {
  const course = home.courses.find(({ id }) => id === body.course_id);
  if (!course) return;
  if (body.code.startsWith("visits_")) Object.assign(course, { finished_from: null, ask_finished: false });
  else Object.assign(course, { milestones: course.milestones?.filter(({ opens }) => opens > body.happened_on), milestone_due: false });
}

/** Sessions held before today: those the clinic counted up to its own day, and those since. */
function count(course, told, today) {
  course.held += course.sessions.filter(({ state, held_on: on }) => DONE.has(state) && on >= told && on < today).length;
  if (begun(course, today)) course.asks = course.asks.map(checkIn);
  const last = course.sessions.filter(({ state }) => DONE.has(state)).map(({ held_on: on }) => on).sort().at(-1);
  if (last && course.finished_from && daysLater(last, 21) > course.finished_from) course.finished_from = daysLater(last, 21);
}

const paired = ({ scores }) => scores.some(({ kind }) => kind === "before") && scores.some(({ kind }) => kind === "after");

const sameQuestion = (one, other) =>
  one.kind === other.kind && one.instrument === other.instrument && one.site === other.site && one.side === other.side;
