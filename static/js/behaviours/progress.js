// Progress: the server's words and drawing first; Plotly once more is asked for; and, when what is shown is of some
// days ago, the dots logged since, which stand in no drawing yet.
import { dayIn, dayWords } from "../clock.js";
import { button, element } from "../dom.js";
import { drawWhenTapped } from "../drawing.js";
import { words } from "../words.js";

/** `context.since`: own entries, newest first, that the shown part does not know; absent on a whole page. */
export default function progress(root, { person, home, since = [], today = null }) {
  const notes = new Map();
  drawWhenTapped(root, person, (place, state, ask) => {
    const [before, note] = [notes.get(place), noteOf(state, ask)];
    place.after(note);
    if (before?.contains(document.activeElement)) (note.querySelector("button") ?? note).focus({ preventScroll: true });
    before?.remove();
    notes.set(place, note);
  });
  const dots = since.filter(({ value }) => value !== null && value !== undefined);
  if (!dots.length || !home) return;
  const line = ({ at, value, instrument }) => element("li", {}, `${dayWords(dayIn(home.zone, new Date(at)), today())}: `, element("b", {}, String(value)), ` ${named(instrument)}`);
  root.append(element("section", { class: "stack-s since" }, element("p", {}, words.sinceThen(dots.length)), element("ul", { class: "plain-list" }, dots.map(line))));
}

const named = (instrument) => ({ nrs_week: words.pastWeek, nrs_now: words.rightNow })[instrument] ?? "";

/** Below a drawing: what a tap brings, or why it brought nothing. */
function noteOf(state, ask) {
  if (state === "drawn") return element("p", { class: "soft", tabindex: "-1" }, words.tapForValue);
  return element("div", {}, state === "failed" && element("p", { role: "alert" }, words.checkSignal), button(words.readValues, ask, "plain"));
}
