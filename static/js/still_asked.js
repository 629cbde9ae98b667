// Still asked: what is left of the clinic's questions after an answer on this phone. Pure; the rules are those of
// tracker/science/schedule.py, and the clinic's own list replaces this one.
import { daysLater } from "./clock.js";

const APART = 4; // days at least between an answer and a follow-up that is still to come
const MONTHLY = 28; // days between two of the questions that are not weekly, while the course runs

/** A course's questions after an answer to `instrument` on `day`. */
export function answered(course, instrument, day) {
  const mine = course.asks.filter((ask) => ask.instrument === instrument);
  const others = course.asks.filter((ask) => ask.instrument !== instrument);
  const running = mine.filter(({ opens, due }) => opens === due && (!course.ends_on || due < course.ends_on));
  const later = mine.filter((ask) => !running.includes(ask));
  const every = mine[0]?.weekly ? course.weekly_every : MONTHLY;
  return [...others, ...rhythm(running, day, every, course.ends_on), ...followUps(later, day)].sort(byDay);
}

/** While the course runs: so long after the answer, each open until the next. */
function rhythm(running, day, every, until) {
  if (!running.length) return [];
  const end = until ?? daysLater(running.at(-1).closes, 1);
  const made = [];
  for (let due = daysLater(day, every); due < end; due = daysLater(due, every)) {
    const closes = [daysLater(due, every - 1), daysLater(end, -1)].sort()[0];
    made.push({ ...running[0], key: `${running[0].instrument}/${due}`, due, opens: due, closes });
  }
  return made;
}

/** After it: the one that was open is answered; the next keeps its distance. */
function followUps(asks, day) {
  const soonest = daysLater(day, APART);
  return asks
    .filter(({ opens, closes }) => !(opens <= day && day <= closes) && closes >= soonest)
    .map((ask) => (ask.opens < soonest ? { ...ask, opens: soonest, due: ask.due < soonest ? soonest : ask.due } : ask));
}

const byDay = (one, other) => (one.opens < other.opens ? -1 : Number(one.opens > other.opens));
