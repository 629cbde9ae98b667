// Instruments: PEG, the change since the start, days with headache and with medicine, each as { fields, below, tell, text }.
// `asked` is whom an answer is stored for: [{ course, kind, place }]. Nothing here knows the phone or its person.
import { element } from "./dom.js";
import { field } from "./field.js";
import { said } from "./said.js";
import "./choice_list.js";
import "./day_count.js";
import "./score_pad.js";

const stored = (asked, value, more) => asked.map(({ course, place, kind }) => ({ course, place, value, more: { kind, ...more } }));

/** Three numbers; the score is their mean, and all three are kept. */
export function peg(asked) {
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
export function pgic(asked) {
  const choices = said.changes;
  return {
    fields: () => [field("choice-list", { legend: said.change(asked[0].course.words), missing: said.changeMissing, choices, main: true })],
    tell: ([value]) => stored(asked, value, { instrument: "pgic" }),
    text: ([value]) => said.savedChange(choices.find(([one]) => one === value)[1]),
  };
}

/** The person's own number. */
export function headacheDays(asked) {
  return {
    fields: () => [field("day-count", { legend: said.headacheDays, missing: said.daysMissing, main: true })],
    tell: ([value]) => stored(asked, value, { instrument: "headache_days" }),
    text: ([value]) => said.savedHeadacheDays(value),
  };
}

/** One count of any medicine for pain; below it the classes this clinic counts, each of which may be left out. */
export function medicineDays(asked) {
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
