// Reporting a problem: without scripts the form sends itself; this keeps it on the phone like any answer. Red flags
// fill the screen at once, without signal too.
import { reaction } from "../entries.js";
import { save } from "../send.js";
import { words } from "../words.js";

/** Bind the form of a part; `today` tells which day it is at the clinic, long after the form was made too. */
export default function report(form, { today = null }) {
  const missing = form.querySelector("#report-error");
  const told = new Map(); // what became of the entry, on a phone that can keep nothing
  let sending = null;

  /** What a picked line calls for: help at once, or a word of advice. */
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "code") return;
    missing.hidden = true;
    for (const advice of form.querySelectorAll("[data-advice]")) advice.hidden = advice.dataset.advice !== target.value;
    if ("urgent" in target.dataset) form.querySelector("[data-seek]").scrollIntoView({ block: "center" });
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = form.querySelector("[name=code]:checked");
    if (!chosen) return complain();
    sending ??= reaction({
      course_id: form.elements.course_id.value,
      code: chosen.value,
      occurred_on: today?.() ?? form.dataset.today,
      words: form.elements.words.value.trim() || null,
    });
    freeze(true);
    const state = await save([sending], told);
    if (state === "kept" || state === "stored") return saved();
    return settle(state);
  });

  const complain = () => {
    missing.hidden = false;
    form.querySelector("[name=code]").focus();
  };

  /** What is on its way stays as it is until it is stored or refused. */
  const freeze = (frozen) => {
    for (const field of form.querySelectorAll("fieldset, textarea")) field.disabled = frozen;
  };

  const settle = (state) => {
    const note = form.querySelector("[data-note]");
    note.textContent = { later: words.unsent, "signed-out": words.signedOut }[state] ?? words.refused(told.get(sending)?.reason);
    note.hidden = false;
    form.querySelector("button.primary").textContent = words.again;
    if (state !== "refused") return;
    sending = null;
    freeze(false);
  };

  /** The receipt takes the form's place; the words about getting help stay. */
  const saved = () => {
    const seek = form.querySelector("[data-urgent]:checked") && form.querySelector("[data-seek] .alarm");
    const place = form.parentElement;
    place.replaceChildren(...[seek, place.querySelector("#reported").content.cloneNode(true)].filter(Boolean));
    place.querySelector("[data-head]").focus();
  };
}
