// Which screen the home shows: the first that applies. Pure: from what the clinic told, with what was logged since
// folded in (fold.js), and the time; right without signal and days later too.
import { dayIn } from "./clock.js";

const MINUTE = 60_000;
const JUST_SAVED = 20 * MINUTE; // a before-score this fresh: treatment is not over yet
const STILL_OPEN = 12 * 60 * MINUTE; // after that the after-score is late
const REMEMBERED = 48 * 60 * MINUTE; // after that nobody remembers the number

/**
 * { name, course, ask } of the screen that comes first; `now` is the corrected time in milliseconds, `quiet` the time
 * until which the person has put off what is asked. The weekly question never comes straight after an after-score: it
 * waits for the next day.
 */
export function choose(home, now, quiet = 0) {
  if (!home.courses.length) return { name: "no-course" };
  const today = dayIn(home.zone, new Date(now));
  const courses = home.courses.map((course) => moment(course, now, today));
  const first = (name, applies) => {
    const course = courses.find(applies);
    return course ? { name, course } : null;
  };
  const asked = (name, wanted) => {
    const course = courses.find((one) => one.open.some(wanted));
    return course ? { name, course, ask: course.open.find(wanted) } : null;
  };
  const treated = courses.some(({ session }) => session?.after);
  return (
    first("saved", ({ waiting }) => waiting?.age < JUST_SAVED) ??
    first("after", ({ waiting }) => waiting?.age < STILL_OPEN) ??
    first("before-or-after", ({ session }) => session?.state === "held" && !session.before && !session.after) ??
    first("before", ({ session }) => session?.state === "planned" && !session.before && !session.after) ??
    (now < quiet ? resting(courses) : null) ??
    (treated ? null : asked("weekly", ({ weekly }) => weekly)) ??
    asked("check-in", ({ weekly }) => !weekly) ??
    first("milestone", ({ milestones }) => milestones?.some(({ opens, closes }) => opens <= today && today <= closes)) ??
    first("finished", ({ finished_from: from, ended }) => from && from <= today && !ended) ??
    resting(courses)
  );
}

/** Nothing to log: the visits go on, are finished and questions follow, or nothing follows. */
function resting(courses) {
  if (!courses.every(({ ended }) => ended)) return { name: "idle" };
  return { name: courses.some(({ asks }) => asks.length) ? "ended" : "closed" };
}

/** The course whose after-score is missing since 12 to 48 hours, for the late card. */
export function missed(home, now) {
  const today = dayIn(home.zone, new Date(now));
  return home.courses.map((course) => moment(course, now, today)).find(({ waiting }) => waiting?.age >= STILL_OPEN) ?? null;
}

/** What is open today, as the phone asks it: one question of each instrument, but of PGIC one a course. */
export function openNow(home, now) {
  const today = dayIn(home.zone, new Date(now));
  const courses = home.courses.map((course) => moment(course, now, today));
  const treated = courses.some(({ session }) => session?.after);
  const open = courses.flatMap(({ id, open }) => open.filter(({ weekly }) => !(weekly && treated)).map(({ instrument }) => (instrument === "pgic" ? `${instrument}/${id}` : instrument)));
  return [...new Set(open)];
}

/** The first day after today on which something is asked, or null. */
export const nextAsked = (home, today) => home.courses.flatMap(({ asks }) => asks.map(({ opens }) => opens)).filter((day) => day > today).sort()[0] ?? null;

/**
 * A course at a moment: today's session { …, before, after }, `waiting` for its after-score { session_id, held_on,
 * before_at, age, scores: [{ place, value, id, at }] }, the questions `open` today, the `number` of today's session.
 */
export function moment(course, now, today) {
  const todays = course.sessions.filter(({ held_on: day }) => day === today);
  const session = todays.filter(({ state }) => state !== "cancelled").at(-1) ?? null;
  return {
    ...course,
    number: course.held + Math.max(1, todays.filter(took).length),
    next_that_day: Math.max(0, ...todays.map(({ number }) => number)) + 1,
    ended: (course.ended_on ?? course.ends_on ?? "9999") <= today,
    session: session && { ...session, before: has(session, "before"), after: has(session, "after") },
    waiting: waits(course, now),
    open: course.asks.filter(({ opens, closes }) => opens <= today && today <= closes),
  };
}

/** The latest session with a before-score and no after-score, and the places it waits for. */
function waits(course, now) {
  const found = course.sessions.filter(took).map((session) => ({ session, scores: lone(session, now) }));
  const [latest] = found.filter(({ scores }) => scores.length).sort((one, other) => lastOf(other) - lastOf(one));
  if (!latest) return null;
  const at = lastOf(latest);
  const scores = latest.scores.map((score) => ({ place: placeOf(course, score), value: score.value, id: score.id, at: score.at }));
  return { session_id: latest.session.id, held_on: latest.session.held_on, before_at: new Date(at).toISOString(), age: now - at, scores };
}

/** Before-scores of the last two days whose place has no after-score yet. */
const lone = ({ scores }, now) =>
  scores.filter((one) => one.kind === "before" && now - Date.parse(one.at) < REMEMBERED && !scores.some((other) => other.kind === "after" && samePlace(one, other)));

const lastOf = ({ scores }) => Math.max(...scores.map(({ at }) => Date.parse(at)));
const took = ({ state }) => state === "held" || state === "reported";
const has = ({ scores }, kind) => scores.some((score) => score.kind === kind);
const samePlace = (one, other) => one.site === other.site && one.side === other.side;
const placeOf = (course, score) => course.places.find((place) => samePlace(place, score)) ?? course.places[0];
