// Which screen the home shows: the first that applies. A pure function of what the clinic knows and the time.

const MINUTE = 60_000;
const JUST_SAVED = 20 * MINUTE; // a before-score this fresh: treatment is not over yet
const STILL_OPEN = 12 * 60 * MINUTE; // after that the after-score is late

/** { name, course } of the screen that comes first, the weekly question never straight after an after-score; `now` is the corrected time in milliseconds. */
export function choose(home, now) {
  if (!home.courses.length) return { name: "no-course" };
  return (
    first(home, "saved", ({ waiting }) => waiting && age(waiting, now) < JUST_SAVED) ??
    first(home, "after", ({ waiting }) => waiting && age(waiting, now) < STILL_OPEN) ??
    first(home, "before-or-after", ({ session }) => session?.state === "held" && !session.before && !session.after) ??
    first(home, "before", ({ session }) => session?.state === "planned" && !session.before && !session.after) ??
    first(home, "weekly", ({ weekly_due: due, session }) => due && !session?.after) ??
    { name: home.courses.every((course) => course.ended) ? "ended" : "idle" }
  );
}

/** The course whose after-score is missing since 12 to 48 hours, for the late card. */
export const missed = (home, now) => home.courses.find(({ waiting }) => waiting && age(waiting, now) >= STILL_OPEN) ?? null;

const first = (home, name, applies) => {
  const course = home.courses.find((one) => applies(one));
  return course ? { name, course } : null;
};

const age = (waiting, now) => now - Date.parse(waiting.before_at);
