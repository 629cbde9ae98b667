// Scores: pain as a number from 0 to 10, one pad a place; and what was logged, in words.
import { field } from "./field.js";
import { words } from "./words.js";
import "./score_pad.js";

/** One pad a place; the answer goes to every course that asks there. */
export function scores({ asked, instrument, more = {}, legend, text }) {
  const places = asked.map(({ place }) => place);
  return {
    fields: () => places.map((place, at) => pad(place, legend, at === 0)),
    tell: (values) => asked.flatMap(({ of }, at) => of.map(({ course, kind, place }) => ({ course, place, value: values[at], more: { kind, instrument, ...more } }))),
    text: (values) => text(spoken(values, places)),
  };
}

/** What was logged, in words: 7, or 7 for your left knee, 4 for your right knee. */
export const spoken = (values, places) =>
  values.length === 1 ? words.one(values[0]) : words.several(values.map((value, at) => ({ value, place: places[at].words })));

const pad = (place, legend, main) => field("score-pad", { legend: legend(place.words), missing: words.choose(place.words), main });
