// <moment-field>: a day and about what time, both over and not too long ago; `at` fills in what the visit tells.
import { element } from "./dom.js";
import { Field } from "./field.js";
import { now } from "./here.js";
import { said } from "./said.js";

const LONGEST = 60 * 86_400_000; // milliseconds back that can be told

class MomentField extends Field {
  /** { at }: milliseconds to begin with, or null for nothing. */
  build({ at = null, ...question }) {
    const local = at === null ? "" : wall(at);
    const limits = { min: wall(now() - LONGEST).slice(0, 10), max: wall(now()).slice(0, 10) };
    this.day = element("input", { type: "date", value: local.slice(0, 10) || null, ...limits, "aria-describedby": this.error.id });
    this.time = element("input", { type: "time", value: local.slice(11, 16) || null, "aria-describedby": this.error.id });
    return element(
      "fieldset",
      { class: "moment" },
      element("legend", {}, this.heading(question)),
      element(
        "div",
        { class: "row" },
        element("label", { class: "field" }, element("span", {}, said.day), this.day),
        element("label", { class: "field" }, element("span", {}, said.aboutTime), this.time),
      ),
      this.error,
    );
  }

  /** Milliseconds, or null. */
  get value() {
    if (!this.day.value || !this.time.value) return null;
    const at = new Date(`${this.day.value}T${this.time.value}`).getTime(); // the wall of this phone's zone
    return Number.isNaN(at) || at > now() || at < now() - LONGEST ? null : at;
  }

  get marked() {
    return [this.day, this.time];
  }

  focus() {
    (this.day.value ? this.time : this.day).focus();
  }
}

/** "2026-11-25T14:05", as it is on this phone's wall. */
function wall(at) {
  const moment = new Date(at);
  return new Date(at - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

customElements.define("moment-field", MomentField);
