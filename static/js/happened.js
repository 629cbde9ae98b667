// <happened-list>: what may have happened, each with its day; a new medicine says whether it is an opioid.
import { element } from "./dom.js";
import { Field } from "./field.js";
import { said } from "./said.js";

const WHAT = [
  ["surgery", () => said.surgery],
  ["injection", () => said.injection],
  ["new_medicine", () => said.newMedicine],
  ["other_treatment", () => said.otherTreatment],
];

class HappenedList extends Field {
  /** { hint, first, last }: days from `first` to `last` can be told. */
  build({ hint, ...question }) {
    this.rows = WHAT.map(([code, words]) => new Row(this, code, words()));
    return element(
      "fieldset",
      { class: "choices", "aria-describedby": this.error.id },
      element("legend", {}, this.heading(question)),
      element("p", { class: "soft" }, hint),
      this.rows.map(({ node }) => node),
      this.error,
    );
  }

  /** [{ code, day }]; null when nothing was answered. */
  get value() {
    if (this.nothing) return [{ code: "none", day: this.asked.last }];
    const told = this.rows.filter(({ ticked }) => ticked).map((row) => row.told);
    return told.length ? told : null;
  }

  /** None of these: said and saved in one tap. */
  none() {
    this.nothing = true;
    for (const row of this.rows) row.untick();
    this.closest("form").requestSubmit();
  }

  fault() {
    if (this.value === null) return this.asked.missing;
    return this.rows.map((row) => row.fault(this.asked)).find(Boolean) ?? "";
  }

  focus() {
    const wrong = this.rows.find((row) => row.fault(this.asked)) ?? this.rows[0];
    wrong.focus();
  }
}

/** One line: a tick, and what it then asks. */
class Row {
  constructor(list, code, words) {
    Object.assign(this, { list, code });
    this.tick = element("input", { type: "checkbox", value: code, onchange: () => this.open() });
    this.day = element("input", { type: "date", min: list.asked.first, max: list.asked.last });
    this.more = element("div", { class: "more stack-s", hidden: true }, element("label", { class: "field" }, element("span", {}, said.when), this.day));
    if (code === "new_medicine") this.more.append(this.opioid());
    this.node = element("div", { class: "happened" }, element("label", { class: "choice" }, this.tick, element("span", {}, words)), this.more);
  }

  opioid() {
    const choices = [["yes", said.yes], ["no", said.no], ["unknown", said.dontKnow]];
    const key = ([value, words]) => element("label", { class: "choice" }, element("input", { type: "radio", name: "opioid", value }), element("span", {}, words));
    return element("fieldset", { class: "choices opioid" }, element("legend", {}, said.opioid), choices.map(key));
  }

  get ticked() {
    return this.tick.checked;
  }

  get chosen() {
    return this.more.querySelector("[name=opioid]:checked")?.value ?? null;
  }

  get told() {
    return { code: this.chosen === "yes" ? "opioid_start" : this.code, day: this.day.value };
  }

  open() {
    this.list.nothing = false;
    this.more.hidden = !this.ticked;
  }

  untick() {
    this.tick.checked = false;
    this.more.hidden = true;
  }

  fault({ first, last }) {
    if (!this.ticked) return "";
    const day = this.day.value;
    if (!day || (first && day < first) || day > last) return said.whenMissing;
    return this.code === "new_medicine" && !this.chosen ? said.opioidMissing : "";
  }

  focus() {
    (this.ticked ? (this.day.value ? (this.more.querySelector("[name=opioid]") ?? this.day) : this.day) : this.tick).focus();
  }
}

customElements.define("happened-list", HappenedList);
