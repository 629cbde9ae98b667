// <score-pad>: one question with the numbers 0 to 10, as a radio group. Nothing is chosen beforehand.
import { element } from "./dom.js";
import { words } from "./words.js";

const SCORES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
let made = 0;

class ScorePad extends HTMLElement {
  /** { legend, missing }: the question, and what to say when nothing is chosen. */
  set question({ legend, missing, main = false }) {
    made += 1;
    this.missing = missing;
    this.error = element("p", { class: "error", id: `pad-${made}-error`, role: "alert", hidden: true });
    this.group = element(
      "fieldset",
      { class: "pad", role: "radiogroup", "aria-describedby": this.error.id, "aria-required": "true" },
      element("legend", {}, element(main ? "h1" : "h2", { tabindex: "-1", "data-head": main }, legend)),
      element("div", { class: "pad-keys" }, SCORES.map((score) => key(score, `pad-${made}`))),
      this.error,
    );
    this.group.addEventListener("change", () => this.complain(""));
    this.replaceChildren(this.group);
  }

  /** The chosen number, or null; 0 is a number. */
  get value() {
    const chosen = this.querySelector("input:checked");
    return chosen ? Number(chosen.value) : null;
  }

  /** True when a number is chosen; else the error stands beside the group. */
  check() {
    if (this.value === null) this.complain(this.missing);
    return this.value !== null;
  }

  /** Show a message beside the group, or take it away with "". */
  complain(message) {
    this.error.textContent = message;
    this.error.hidden = !message;
    this.group.setAttribute("aria-invalid", String(Boolean(message)));
  }

  /** While an answer is on its way, what was chosen stays as it is. */
  freeze(frozen) {
    this.group.disabled = frozen;
  }

  focus() {
    (this.querySelector("input:checked") ?? this.querySelector("input")).focus();
  }
}

function key(score, name) {
  const label = { 0: words.least, 10: words.most }[score];
  return element(
    "label",
    { class: score === 10 ? "pad-key last" : "pad-key" },
    element("input", { type: "radio", name, value: score }),
    element("span", {}, String(score)),
    label && element("small", {}, label),
  );
}

customElements.define("score-pad", ScorePad);
