// Entries: what one tap on Save becomes. The body is frozen here, id and times included; sending never changes it.
import { stamp, zone } from "./clock.js";
import { uuid7 } from "./ids.js";

/** One score at one place of a course; `more` carries the instrument and, where there is one, the session or the entry it replaces. */
export function reading(course, place, value, more) {
  const at = stamp();
  const body = { course_id: course.id, site: place.site, side: place.side, value, recorded_at: at, recorded_zone: zone(), entered_at: at };
  return entry(`/api/v1/readings/${uuid7()}`, { ...body, ...more });
}

/** The visit itself as the phone tells it; the clinic confirms it. */
export function visit(course, id, day, state) {
  return entry(`/api/v1/sessions/${id}`, { course_id: course.id, held_on: day, number: 1, state });
}

/** A reaction; see report.js. */
export const reaction = (body) => entry(`/api/v1/reactions/${uuid7()}`, body);

/** The id an entry goes by. */
export const idOf = ({ path }) => path.split("/").at(-1);

const entry = (path, body) => ({ path, body: Object.freeze(body), state: "new" });
