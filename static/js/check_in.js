// Check-ins: PEG, the change since the start, days with headache and with medicine. One at a time, each can be put off.
import { goHome } from "./app.js";
import { askers, aboutTheCourse } from "./askers.js";
import { button, element } from "./dom.js";
import { here, today } from "./here.js";
import { daysLater } from "./clock.js";
import { headacheDays, medicineDays, peg, pgic } from "./instruments.js";
import { confirmed, notNow, pick } from "./pauses.js";
import { pose } from "./pose.js";
import { before } from "./questions.js";
import { said } from "./said.js";
import { words } from "./words.js";

/** The question of one instrument, as { when, fields, tell, text }. */
export const QUESTIONS = { peg, pgic, headache_days: withTapped, medicine_days: medicineDays };

/** Ask what is open. */
export async function checkIn(course, { instrument }) {
  const serves = instrument === "pgic" ? [course] : here.home.courses;
  const asked = aboutTheCourse(askers(serves, instrument, today()));
  const question = { when: course.ended ? said.visitsOverWhen : said.fourWeeksWhen, ...QUESTIONS[instrument](asked) };
  const atSession = !course.ended && button(words.atSession, () => pick((one) => before(one, goHome)), "big");
  confirmed(question, await pose(question, { beside: [atSession, button(words.notNow, notNow, "plain")] }));
}

/** The person's own number; what was tapped day by day stands beside it and fills nothing in. */
function withTapped(asked) {
  return { ...headacheDays(asked), below: tapped(here.home.diary, today()) };
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
