// <score-pad>: one question with the numbers 0 to 10, as a radio group. Nothing is chosen beforehand.
import { element } from "./dom.js";
import { Field } from "./field.js";
import { words } from "./words.js";

const SCORES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

class ScorePad extends Field {
  /** { least, most }: the words inside 0 and inside 10; the only ones. */
  build({ least = words.least, most = words.most, ...question }) {
    const label = { 0: least, 10: most };
    return element(
      "fieldset",
      { class: "pad", role: "radiogroup", "aria-describedby": this.error.id, "aria-required": "true" },
      element("legend", {}, this.heading(question)),
      element("div", { class: "pad-keys" }, SCORES.map((score) => key(score, this.name, label[score]))),
      this.error,
    );
  }

  /** The chosen number, or null; 0 is a number. */
  get value() {
    const chosen = this.querySelector("input:checked");
    return chosen ? Number(chosen.value) : null;
  }

  focus() {
    (this.querySelector("input:checked") ?? this.querySelector("input")).focus();
  }
}

const key = (score, name, label) =>
  element(
    "label",
    { class: score === 10 ? "pad-key last" : "pad-key" },
    element("input", { type: "radio", name, value: score }),
    element("span", {}, String(score)),
    label && element("small", {}, label),
  );

customElements.define("score-pad", ScorePad);
