// One entry: any earlier answer as words, and as the question it answered.
import { dayWords, timeWords } from "./clock.js";
import { QUESTIONS } from "./check_in.js";
import { field } from "./field.js";
import { here, today } from "./here.js";
import { said } from "./said.js";
import { scores } from "./scores.js";
import { words } from "./words.js";

const PAIN = { before: said.thenBefore, after: said.thenAfter };

/** The question behind an entry or a body, as pose.js takes it; null where the course or the place is gone. */
export function questionOf(entry) {
  const course = here.home.courses.find(({ id }) => id === entry.course_id);
  const place = course?.places.find(({ site, side }) => site === (entry.site ?? null) && side === entry.side);
  if (!place) return null;
  const one = { course, place, kind: entry.kind };
  const made = question(entry, one);
  const visit = entry.session_id ? { session_id: entry.session_id } : {};
  return made && { ...made, tell: (values) => made.tell(values).slice(0, 1).map((told) => ({ ...told, more: { ...told.more, ...visit } })) };
}

function question({ instrument, kind }, one) {
  if (instrument === "nrs_now") return ofPlace(one, instrument, PAIN[kind] ?? said.thenNow);
  if (instrument === "nrs_week") return ofPlace(one, instrument, words.weekly);
  if (instrument === "headache_today") return yesOrNo(one);
  if (instrument in said.classes) return days(one, instrument);
  return QUESTIONS[instrument]?.([one]) ?? null;
}

const ofPlace = (one, instrument, legend) => scores({ asked: [{ place: one.place, of: [one] }], instrument, legend, text: words.savedNow });

const yesOrNo = (one) => ({
  fields: () => [field("choice-list", { legend: said.what.headache_today, missing: said.changeMissing, choices: [[1, said.yes], [0, said.no]], main: true })],
  tell: ([value]) => [{ ...one, value, more: { kind: one.kind, instrument: "headache_today" } }],
});

const days = (one, instrument) => ({
  fields: () => [field("day-count", { legend: said.classes[instrument], missing: said.daysMissing, main: true })],
  tell: ([value]) => [{ ...one, value, more: { kind: one.kind, instrument } }],
});

/** What it says: 7; Much better; a headache; 4.7. */
export function valueWords({ instrument, value }) {
  if (instrument === "pgic") return said.changes.find(([one]) => one === value)?.[1] ?? String(value);
  if (instrument === "headache_today") return value ? said.yes : said.no;
  return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(value);
}

/** What was asked, and where. */
export function whatWords(entry) {
  const what = said.what[entry.kind] && entry.instrument === "nrs_now" ? said.what[entry.kind] : (said.what[entry.instrument] ?? said.classes[entry.instrument]);
  const course = here.home.courses.find(({ id }) => id === entry.course_id);
  const place = course?.places.find(({ site, side }) => site === entry.site && side === entry.side);
  return entry.instrument.startsWith("nrs_") && place ? [what, place.words] : [what];
}

/** When it was, on this phone's wall. */
export const whenWords = ({ at }) => said.atTime(dayWords(here.dayOf(at), today()), timeWords(new Date(at)));

