// Asking: one score pad a place and one Save. What was chosen stays on screen until it is stored.
import { actions, button, element, show } from "./dom.js";
import { idOf } from "./entries.js";
import { sendAll } from "./send.js";
import { status } from "./status.js";
import { words } from "./words.js";
import "./score_pad.js";

/**
 * Show the question; resolve when all is stored: [{ place, value, id, at }].
 * `reading(place, value)` makes the entry of one answer; `beside` are other ways on from here.
 */
export function ask(screen, { when, places, legend, reading, back = null, beside = [] }) {
  const pads = places.map((place, at) => pad(place, legend, at === 0));
  const note = element("p", { class: "note problem", role: "alert", hidden: true });
  const save = element("button", { class: "button primary big" }, words.save);
  const form = element("form", { novalidate: true }, pads, element("div", { class: "save" }, note, save));
  const ways = actions(...beside, back && button(words.back, back, "plain"));
  const readings = places.map(() => null);
  let busy = false;

  const answer = async () => {
    readings.forEach((entry, at) => (readings[at] = entry ?? reading(places[at], pads[at].value)));
    pads.forEach((one) => one.freeze(true));
    ways.hidden = true; // nobody leaves an answer behind that is on its way
    save.textContent = words.saving;
    status.waiting(readings);
    const state = await sendAll(readings);
    status.waiting(readings);
    return state;
  };

  const settle = (state) => {
    tell(note, { unsent: words.unsent, "signed-out": words.signedOut }[state] ?? "");
    save.textContent = state === "refused" || state === "stored" ? words.save : words.again;
    if (state === "refused") allowChange();
  };

  /** A refused answer is free to be changed and becomes a new entry; the stored ones stay. */
  const allowChange = () => {
    readings.forEach((entry, at) => {
      if (entry.state === "stored") return;
      pads[at].freeze(false);
      if (entry.state === "refused") pads[at].complain(words.refused(entry.reason));
      readings[at] = null;
    });
    ways.hidden = false;
    status.clear();
  };

  show(screen, when && element("p", { class: "when" }, when), form, ways);
  return new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy || !complete(pads)) return;
      busy = true;
      const state = await answer();
      settle(state);
      busy = false;
      if (state === "stored") resolve(readings.map((entry, at) => told(entry, places[at])));
    });
  });
}

function pad(place, legend, main) {
  const made = document.createElement("score-pad");
  made.question = { legend: legend(place.words), missing: words.choose(place.words), main };
  return made;
}

function complete(pads) {
  const wrong = pads.filter((one) => !one.check());
  wrong[0]?.focus();
  return wrong.length === 0;
}

function tell(note, text) {
  note.textContent = text;
  note.hidden = !text;
}

const told = (entry, place) => ({ place, value: entry.body.value, id: idOf(entry), at: entry.body.recorded_at });
