// Field: what every kind of answer shares: a group with a question, an error beside it, and nothing chosen beforehand.
import { element } from "./dom.js";

let made = 0;

export class Field extends HTMLElement {
  /** { legend, missing, main, optional }: the question, and what to say when there is no answer. */
  set question(question) {
    made += 1;
    this.name = `field-${made}`;
    this.asked = question;
    this.error = element("p", { class: "error", id: `${this.name}-error`, role: "alert", hidden: true });
    this.group = this.build(question);
    this.group.addEventListener("input", () => this.complain(""));
    this.replaceChildren(this.group);
  }

  /** The question itself; the first of a screen is its heading. */
  heading({ legend, main = false }) {
    return element(main ? "h1" : "h2", { tabindex: "-1", "data-head": main }, legend);
  }

  /** True when there is an answer that can be saved; else the error stands beside the group. */
  check() {
    const wrong = this.fault();
    this.complain(wrong);
    return !wrong;
  }

  /** What is wrong with the answer, in words; "" = nothing. */
  fault() {
    return this.value === null && !this.asked.optional ? this.asked.missing : "";
  }

  /** Show a message beside the group, or take it away with "". */
  complain(message) {
    this.error.textContent = message;
    this.error.hidden = !message;
    for (const one of this.marked) one.setAttribute("aria-invalid", String(Boolean(message)));
  }

  /** What is marked as wrong. */
  get marked() {
    return [this.group];
  }

  /** While an answer is on its way, what was chosen stays as it is. */
  freeze(frozen) {
    this.group.disabled = frozen;
  }
}

/** field("score-pad", { legend, … }): one of them, with its question. */
export function field(name, question) {
  const one = document.createElement(name);
  one.question = question;
  return one;
}
