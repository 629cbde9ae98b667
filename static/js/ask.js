// Asking: one score pad a place and one Save. What was chosen stays on screen until it is stored on this phone.
import { actions, button, element, show } from "./dom.js";
import { save } from "./send.js";
import { words } from "./words.js";
import "./score_pad.js";

/**
 * Show the question; resolve when all is stored on the phone: [{ place, value, id, at }].
 * `reading(place, value)` makes the entry of one answer; `beside` are other ways on from here; `store` saves elsewhere.
 */
export function ask(screen, { when, places, legend, reading, back = null, beside = [], store = save }) {
  const pads = places.map((place, at) => pad(place, legend, at === 0));
  const note = element("p", { class: "note problem", role: "alert", hidden: true });
  const press = element("button", { class: "button primary big" }, words.save);
  const form = element("form", { novalidate: true }, pads, element("div", { class: "save" }, note, press));
  const ways = actions(...beside, back && button(words.back, back, "plain"));
  const became = new Map(); // of each entry, on a phone that can keep nothing
  let entries = null;
  let busy = false;

  const freeze = (frozen) => {
    pads.forEach((one) => one.freeze(frozen));
    ways.hidden = frozen; // nobody leaves an answer behind that is on its way
  };

  /** Not kept and not sent: what was chosen stays, and goes out under the same id when it is tried again. */
  const settle = (state) => {
    tell(note, { later: words.unsent, "signed-out": words.signedOut }[state] ?? "");
    press.textContent = state === "refused" ? words.save : words.again;
    if (state === "refused") allowChange();
  };

  /** A refused answer is free to be changed and becomes a new entry; the stored ones stay. */
  const allowChange = () => {
    freeze(false);
    entries.forEach((entry, at) => {
      const { state, reason } = became.get(entry) ?? {};
      if (state === "stored") return pads[at].freeze(true);
      if (state === "refused") pads[at].complain(words.refused(reason));
      entries[at] = null;
    });
  };

  show(screen, when && element("p", { class: "when" }, when), form, ways);
  return new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy || !complete(pads)) return;
      busy = true;
      entries = places.map((place, at) => entries?.[at] ?? reading(place, pads[at].value));
      freeze(true);
      const state = (await store(entries, became)) ?? "kept";
      busy = false;
      if (state === "kept" || state === "stored") resolve(entries.map((entry, at) => told(entry, places[at])));
      else settle(state);
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

const told = (entry, place) => ({ place, value: entry.body.value, id: entry.id, at: entry.body.recorded_at });
