// <choice-list>: one question with a few answers in words, under each other, as a radio group. Nothing is chosen beforehand.
import { element } from "./dom.js";
import { Field } from "./field.js";

class ChoiceList extends Field {
  /** { choices: [[value, words]] }, in the order in which they stand. */
  build({ choices, ...question }) {
    return element(
      "fieldset",
      { class: "choices", role: "radiogroup", "aria-describedby": this.error.id, "aria-required": question.optional ? null : "true" },
      element("legend", {}, this.heading(question)),
      choices.map(([value, text]) => element("label", { class: "choice" }, element("input", { type: "radio", name: this.name, value }), element("span", {}, text))),
      this.error,
    );
  }

  /** The chosen value as it was given, or null. */
  get value() {
    const chosen = this.querySelector("input:checked");
    return chosen ? (this.asked.choices.find(([value]) => String(value) === chosen.value)?.[0] ?? null) : null;
  }

  focus() {
    (this.querySelector("input:checked") ?? this.querySelector("input")).focus();
  }
}

customElements.define("choice-list", ChoiceList);
