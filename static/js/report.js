// Reporting a problem: without scripts the form sends itself; this sends it as an entry that can be tried again.
import { reaction } from "./entries.js";
import { put } from "./send.js";
import { words } from "./words.js";

const form = document.querySelector("[data-report]");
const missing = document.getElementById("report-error");
let sending = null;

/** What a picked line calls for: help at once, or a word of advice. */
form?.addEventListener("change", ({ target }) => {
  if (target.name !== "code") return;
  missing.hidden = true;
  for (const advice of form.querySelectorAll("[data-advice]")) advice.hidden = advice.dataset.advice !== target.value;
  if ("urgent" in target.dataset) form.querySelector("[data-seek]").scrollIntoView({ block: "center" });
});

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!chosen()) return complain();
  sending ??= reaction({
    course_id: form.elements.course_id.value,
    code: chosen().value,
    occurred_on: form.dataset.today,
    words: form.elements.words.value.trim() || null,
  });
  freeze(true);
  Object.assign(sending, await put(sending));
  return settle(sending);
});

const chosen = () => form.querySelector("[name=code]:checked");

function complain() {
  missing.hidden = false;
  form.querySelector("[name=code]").focus();
}

/** What was sent once stays as it is until it is stored or refused. */
function freeze(frozen) {
  for (const field of form.querySelectorAll("fieldset, textarea")) field.disabled = frozen;
}

function settle({ state, reason }) {
  if (state === "stored") return saved();
  tell({ unsent: words.unsent, "signed-out": words.signedOut, refused: words.refused(reason) }[state]);
  if (state !== "refused") return undefined;
  sending = null;
  return freeze(false);
}

function tell(text) {
  const note = form.querySelector("[data-note]");
  note.textContent = text;
  note.hidden = false;
  form.querySelector("button.primary").textContent = words.again;
}

/** The receipt takes the form's place; the words about getting help stay. */
function saved() {
  const seek = form.querySelector("[data-urgent]:checked") && form.querySelector("[data-seek] .alarm");
  const main = form.closest("main");
  main.replaceChildren(...[seek, document.getElementById("reported").content.cloneNode(true)].filter(Boolean));
  main.querySelector("[data-head]").focus();
}
