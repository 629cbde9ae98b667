// <day-count>: one question with a number of days from 0 to 28, typed on the phone's own number keys. Never filled in.
import { element } from "./dom.js";
import { Field } from "./field.js";
import { said } from "./said.js";

const MOST = 28;

class DayCount extends Field {
  /** { hint, main, optional }: one line under the question; without `main` it is a smaller field below another. */
  build({ hint = null, ...question }) {
    const described = [hint && `${this.name}-hint`, this.error.id].filter(Boolean).join(" ");
    this.input = element("input", {
      ...{ id: `${this.name}-days`, type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 2, "aria-describedby": described },
      ...{ "aria-labelledby": `${this.name}-legend`, "aria-required": question.optional ? null : "true" },
    });
    return element(
      "fieldset",
      { class: "days" },
      element("legend", { id: `${this.name}-legend` }, this.heading(question)),
      hint && element("p", { class: "soft", id: `${this.name}-hint` }, hint),
      element("label", { class: "days-field" }, this.input, element("span", {}, said.daysOf28)),
      this.error,
    );
  }

  /** The days, or null; a blank is no answer and never 0. */
  get value() {
    const text = this.input.value.trim();
    return /^\d{1,2}$/.test(text) && Number(text) <= MOST ? Number(text) : null;
  }

  fault() {
    const blank = !this.input.value.trim();
    if (blank) return this.asked.optional ? "" : this.asked.missing;
    return this.value === null ? said.daysRange : "";
  }

  get marked() {
    return [this.input];
  }

  focus() {
    this.input.focus();
  }
}

customElements.define("day-count", DayCount);
