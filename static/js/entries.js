// Entries: what one tap on Save becomes. Frozen here, with its id, its person and its times; sending never changes it.
import { stamp, zone } from "./clock.js";
import { here } from "./here.js";
import { uuid7 } from "./ids.js";

/** One score at one place of a course; `more` carries the instrument and, where there is one, the session or the entry it replaces. */
export function reading(course, place, value, more) {
  const at = stamp();
  const body = { course_id: course.id, site: place.site, side: place.side, value, recorded_at: at, recorded_zone: zone(), entered_at: at };
  return entry("/api/v1/readings/", uuid7(), { ...body, ...more });
}

/** An earlier entry taken back: it stays where it is, and no longer counts. `old` as the home lists it. */
export function retraction(old, reason, recordedAt) {
  const { course_id, session_id, kind, instrument, site, side } = old;
  const what = { course_id, session_id, kind, instrument, site, side, supersedes: old.id, reason, retracted: true };
  return entry("/api/v1/readings/", uuid7(), { ...what, recorded_at: recordedAt, recorded_zone: zone(), entered_at: stamp() });
}

/** The visit itself as the phone tells it; the clinic confirms it. */
export function visit(course, { id, held_on, number = 1 }, state) {
  return entry("/api/v1/sessions/", id, { course_id: course.id, held_on, number, state }, uuid7());
}

/** A reaction; see behaviours/report.js. */
export const reaction = (body) => entry("/api/v1/reactions/", uuid7(), body);

/** What happened beside the treatment on a day, or what was answered about it. */
export const milestone = (course, code, day) =>
  entry("/api/v1/milestones/", uuid7(), { course_id: course.id, code, happened_on: day, entered_at: stamp() });

/** A visit may be told of more than once, so its entries have ids of their own beside the visit's in the path. */
const entry = (path, noun, body, id = noun) =>
  Object.freeze({ id, person: here.person, path: path + noun, method: "PUT", body: Object.freeze(body), saved: stamp() });
