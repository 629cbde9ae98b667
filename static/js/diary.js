// Diary: headache today, in one tap, yes or no. A second tap of the day changes the first.
import { element } from "./dom.js";
import { reading } from "./entries.js";
import { here, today } from "./here.js";
import { said } from "./said.js";
import { save } from "./send.js";
import { words } from "./words.js";

const HEADACHES = new Set(["headache", "migraine", "tension_headache"]);

/** The card of today, or null where no headache is in care. */
export function diary() {
  const course = here.home.diary.asked && here.home.courses.find(({ condition }) => HEADACHES.has(condition));
  return course ? card(course, here.home.diary.days[today()] ?? null) : null;
}

function card(course, answer) {
  const title = element("h2", { id: "headache-today" }, said.headacheToday);
  const note = element("p", { class: "soft", role: "status" }, answer === null ? "" : told(answer));
  const keys = [1, 0].map((value) => key(value, answer));
  const made = element("section", { class: "card stack-s diary", "aria-labelledby": title.id }, title, element("div", { class: "row" }, keys), note);
  for (const [at, value] of [1, 0].entries()) {
    keys[at].addEventListener("click", async () => {
      const state = await tapped(course, value);
      here.home.diary.days[today()] = value;
      made.replaceWith(card(course, state === "kept" || state === "stored" ? value : null));
    });
  }
  return made;
}

const key = (value, answer) =>
  element("button", { type: "button", class: "button", "aria-pressed": String(answer === value) }, value ? said.yes : said.no);

const told = (answer) => (answer ? said.headacheYes : said.headacheNo);

/** The answer; of two in a day the later replaces the earlier, which is kept. */
function tapped(course, value) {
  const old = here.home.entries.find(({ instrument, at }) => instrument === "headache_today" && here.dayOf(at) === today());
  const more = old ? { supersedes: old.id, reason: words.changedReason } : {};
  const entry = reading(course, course.places[0], value, { kind: "check_in", instrument: "headache_today", ...more });
  remember(entry, old);
  return save([entry], new Map());
}

/** Until the home is folded again the next tap must know this one. */
function remember({ id, body }, old) {
  here.home.entries = here.home.entries.filter((one) => one !== old);
  here.home.entries.unshift({ ...body, id, at: body.recorded_at, late: false });
}
