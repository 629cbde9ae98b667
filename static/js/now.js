// Now: what the days and sessions that the clinic told mean at this moment, for the screens.

const WAITS = 48 * 3_600_000; // milliseconds: after that nobody remembers the number

/** Each course with today's session, the before-score that waits for its after, and when the weekly question comes. */
export function atThisMoment(home, now, today) {
  for (const course of home.courses) Object.assign(course, course.sessions ? meant(course, now, today) : {});
}

function meant(course, now, today) {
  const todays = course.sessions.filter(({ held_on: day }) => day === today);
  const open = todays.filter(({ state }) => state !== "cancelled").at(-1) ?? null;
  const weekly = course.asks.filter((ask) => ask.weekly && ask.closes >= today);
  return {
    number: course.held + Math.max(1, todays.filter(held).length),
    ended: course.ended_on !== null,
    session: open && { ...open, before: has(open, "before"), after: has(open, "after") },
    next_that_day: Math.max(0, ...todays.map(({ number }) => number)) + 1,
    waiting: waiting(course, now),
    weekly_due: weekly.some(({ opens }) => opens <= today),
    weekly_next: weekly.find(({ opens }) => opens > today)?.opens ?? null,
    weekly_kind: weekly[0]?.kind ?? "check_in",
  };
}

/** The latest session with a before-score and no after-score, and the places it waits for. */
function waiting(course, now) {
  const found = course.sessions.filter(held).map((session) => ({ session, scores: lone(session, now) }));
  const latest = found.filter(({ scores }) => scores.length).sort((one, other) => at(one) - at(other)).at(-1);
  if (!latest) return null;
  const scores = latest.scores.map((score) => ({ place: placeOf(course, score), value: score.value, id: score.id, at: score.at }));
  return { session_id: latest.session.id, held_on: latest.session.held_on, before_at: new Date(at(latest)).toISOString(), scores };
}

const lone = ({ scores }, now) =>
  scores.filter((one) => one.kind === "before" && now - Date.parse(one.at) < WAITS && !scores.some((other) => other.kind === "after" && samePlace(one, other)));

const at = ({ scores }) => Math.max(...scores.map((score) => Date.parse(score.at)));
const held = ({ state }) => state === "held" || state === "reported";
const has = ({ scores }, kind) => scores.some((score) => score.kind === kind);
const samePlace = (one, other) => one.site === other.site && one.side === other.side;
const placeOf = (course, score) => course.places.find((place) => samePlace(place, score)) ?? course.places[0];
