// A home as the clinic tells it, for the tests of the phone's pure rules; every test replaces what it is about.

export const TODAY = "2026-11-25";
export const NOW = Date.parse("2026-11-25T10:00:00+09:00");
export const KNEE = { site: "knee", side: "left", words: "left knee" };
export const HIP = { site: "hip", side: "right", words: "right hip" };

export const score = (kind, more = {}) => ({
  id: `${kind}-1`, kind, instrument: "nrs_now", site: "knee", side: "left", value: 7, at: "2026-11-25T09:00:00+09:00", ...more,
});

export const session = (more = {}) => ({ id: "visit", held_on: TODAY, number: 1, state: "planned", scores: [], ...more });

export const ask = (due, more = {}) => ({
  key: `nrs_week/${due}`, instrument: "nrs_week", kind: "check_in", due, opens: due, closes: due, weekly: true, ...more,
});

export const course = (more = {}) => ({
  id: "course", condition: "knee_oa", words: "knee osteoarthritis", planned: 12, held: 4, last_on: "2026-11-20",
  ended_on: null, ends_on: "2026-12-18", places: [KNEE], sessions: [], asks: [], weekly_every: 7, classes: [],
  milestones: [], milestone_due: false, finished_from: null, ask_finished: false, ...more,
});

export const home = (courses = [course()], more = {}) => ({
  epoch: "one", now: "2026-11-25T00:30:00+00:00", zone: "Asia/Seoul", language: "en",
  person: { id: "person", initials: "A.K.", carer: false, pin: false }, people: [],
  clinic: { name: "Here", emergency_number: "119", synthetic: false },
  courses, diary: { asked: false, days: {} }, entries: [], reminders: { offer: false }, ...more,
});

let seq = 0;

/** A row of the outbox. */
export function row(body, { noun = "readings", id = `new-${(seq += 1)}`, state = "waiting", noun_id = id, body: _, ...more } = {}) {
  const told = noun === "readings" ? { recorded_at: "2026-11-25T10:00:00+09:00", site: "knee", side: "left", ...body } : body;
  return { seq: (seq += 1), id, person: "person", path: `/api/v1/${noun}/${noun_id}`, body: { course_id: "course", ...told }, state, clock: { at: 0, skew: 0, heard: null }, ...more };
}
