// Asking: one or more fields and one Save. What was chosen stays on screen until it is stored on this phone.
import { actions, button, element, show } from "./dom.js";
import { words } from "./words.js";

const OPEN = new Set(["later", "signed-out", "refused"]); // how storing can end without an end
const SLOW = 400; // milliseconds after which Save says that it is at work

/**
 * Show the question; resolve with { values, entries, state } when all is stored, or can no longer be.
 * fields: elements with value, check(), complain(words), freeze(yes); `make(values)` makes the entries to store;
 * `store(entries, became)` stores them and says how that ended; `above` stands before the fields, `below` after them;
 * `beside` are other ways on.
 */
export function ask(screen, { when, above = [], fields, below = [], make, back = null, beside = [], store }) {
  const note = element("p", { class: "note problem", role: "alert", hidden: true });
  const press = element("button", { class: "button primary big" }, words.save);
  const form = element("form", { novalidate: true }, above, fields, below, element("div", { class: "save" }, note, press));
  const ways = actions(...beside, back && button(words.back, back, "plain"));
  const became = new Map(); // of each entry, on a phone that can keep nothing
  let answer = null; // { values, entries } once Save was tapped
  let busy = false;

  const freeze = (frozen) => {
    fields.forEach((one) => one.freeze(frozen));
    ways.hidden = frozen; // nobody leaves an answer behind that is on its way
  };

  /** Not kept and not sent: what was chosen stays, and goes out under the same id when it is tried again. */
  const settle = (state) => {
    tell(note, { later: words.unsent, "signed-out": words.signedOut }[state] ?? "");
    press.textContent = state === "refused" ? words.save : words.again;
    if (state === "refused") allowChange();
  };

  /** A refused answer is free to be changed and becomes new entries; what is stored stays stored. */
  const allowChange = () => {
    freeze(false);
    const wrong = answer.entries.findIndex((entry) => became.get(entry)?.state === "refused");
    fields[Math.min(wrong, fields.length - 1)].complain(words.refused(became.get(answer.entries[wrong])?.reason));
    answer = null;
  };

  show(screen, when && element("p", { class: "when" }, when), form, ways);
  return new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy || !complete(fields)) return;
      busy = true;
      answer ??= made(fields, make);
      freeze(true);
      const slow = setTimeout(() => (press.textContent = words.saving), SLOW);
      const state = (await store(answer.entries, became)) ?? "kept";
      clearTimeout(slow);
      busy = false;
      if (OPEN.has(state)) settle(state);
      else resolve({ ...answer, state });
    });
  });
}

function made(fields, make) {
  const values = fields.map(({ value }) => value);
  return { values, entries: make(values) };
}

function complete(fields) {
  const wrong = fields.filter((one) => !one.check());
  wrong[0]?.focus();
  return wrong.length === 0;
}

function tell(note, text) {
  note.textContent = text;
  note.hidden = !text;
}
