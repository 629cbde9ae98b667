// Check-ins: PEG, the change since the start, days with headache and with medicine. One at a time, each can be put off.
import { goHome } from "./app.js";
import { askers, aboutTheCourse } from "./askers.js";
import { button, element } from "./dom.js";
import { field } from "./field.js";
import { here, today } from "./here.js";
import { daysLater } from "./clock.js";
import { confirmed, notNow, pick } from "./pauses.js";
import { pose } from "./pose.js";
import { before } from "./questions.js";
import { said } from "./said.js";
import { words } from "./words.js";
import "./choice_list.js";
import "./day_count.js";
import "./score_pad.js";

/** The question of one instrument, as { when, fields, tell, text }. */
export const QUESTIONS = { peg, pgic, headache_days: headacheDays, medicine_days: medicineDays };

/** Ask what is open. */
export async function checkIn(course, { instrument }) {
  const serves = instrument === "pgic" ? [course] : here.home.courses;
  const asked = aboutTheCourse(askers(serves, instrument, today()));
  const question = { when: course.ended ? said.visitsOverWhen : said.fourWeeksWhen, ...QUESTIONS[instrument](asked) };
  const atSession = !course.ended && button(words.atSession, () => pick((one) => before(one, goHome)), "big");
  confirmed(question, await pose(question, { beside: [atSession, button(words.notNow, notNow, "plain")] }));
}

const stored = (asked, value, more) => asked.map(({ course, place, kind }) => ({ course, place, value, more: { kind, ...more } }));

/** Three numbers; the score is their mean, and all three are kept. */
function peg(asked) {
  const ends = { least: said.pegLeast, most: said.pegMost, missing: said.pegMissing };
  return {
    fields: () => [
      field("score-pad", { legend: said.pegPain, missing: said.pegMissing, main: true }),
      field("score-pad", { legend: said.pegEnjoyment, ...ends }),
      field("score-pad", { legend: said.pegActivity, ...ends }),
    ],
    below: [element("p", { class: "soft small" }, said.pegSource)],
    tell: ([pain, enjoyment, activity]) =>
      stored(asked, (pain + enjoyment + activity) / 3, { instrument: "peg", items: { pain, enjoyment, activity } }),
    text: (values) => said.savedPeg(...values),
  };
}

/** Seven answers in words; 7 = very much better. */
function pgic(asked) {
  const choices = said.changes;
  return {
    fields: () => [field("choice-list", { legend: said.change(asked[0].course.words), missing: said.changeMissing, choices, main: true })],
    tell: ([value]) => stored(asked, value, { instrument: "pgic" }),
    text: ([value]) => said.savedChange(choices.find(([one]) => one === value)[1]),
  };
}

/** The person's own number; what was tapped day by day stands beside it and fills nothing in. */
function headacheDays(asked) {
  return {
    below: tapped(here.home.diary, today()),
    fields: () => [field("day-count", { legend: said.headacheDays, missing: said.daysMissing, main: true })],
    tell: ([value]) => stored(asked, value, { instrument: "headache_days" }),
    text: ([value]) => said.savedHeadacheDays(value),
  };
}

/** "You tapped 7 headache days in the past 28", and of how many days that tells. */
export function tapped({ asked, days }, until) {
  const since = daysLater(until, -27);
  const told = Object.entries(days).filter(([day]) => since <= day && day <= until);
  if (!asked || !told.length) return [];
  const count = told.filter(([, yes]) => yes).length;
  const known = told.length >= 24 ? said.tappedNearlyAll(told.length) : said.tappedDays(told.length);
  return [element("p", { class: "note" }, said.tapped(count), " ", known)];
}

/** One count of any medicine for pain; below it the classes this clinic counts, each of which may be left out. */
function medicineDays(asked) {
  const classes = [...new Set(asked.flatMap(({ course }) => course.classes))];
  return {
    fields: () => [
      field("day-count", { legend: said.medicineDays, hint: said.medicineHint, missing: said.daysMissing, main: true }),
      ...classes.map((code, at) => field("day-count", { legend: said.classes[code], hint: at === 0 ? said.ofThese : null, optional: true })),
    ],
    tell: (values) =>
      ["medicine_days", ...classes].flatMap((instrument, at) => (values[at] === null ? [] : stored(asked, values[at], { instrument }))),
    text: ([value]) => said.savedMedicineDays(value),
  };
}
