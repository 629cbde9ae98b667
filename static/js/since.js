// Since: what happened since the visits ended: surgery, an injection, a new medicine, another treatment; or none of these.
import { goHome } from "./app.js";
import { ask } from "./ask.js";
import { actions, button, element } from "./dom.js";
import { milestone } from "./entries.js";
import { here, screen, today } from "./here.js";
import { confirmation, notNow, pause } from "./pauses.js";
import { said } from "./said.js";
import { save } from "./send.js";
import { field } from "./field.js";
import { words } from "./words.js";
import "./happened.js";

/** Ask it; several may be ticked, each with its day. */
export async function since(course) {
  here.resting = false;
  const asked = { legend: said.since(course.words), hint: said.sinceHint, missing: said.tickMissing, first: course.last_on, last: today(), main: true };
  const happened = field("happened-list", asked);
  const none = button(said.noneOfThese, () => happened.none(), "big");
  const make = ([told]) => told.map(({ code, day }) => milestone(course, code, day));
  await ask(screen, {
    when: said.visitsOverWhen,
    fields: [happened],
    make,
    store: save,
    beside: [none, button(words.notNow, notNow, "plain")],
  });
  pause(confirmation(said.sinceThanks), actions(button(words.done, goHome, "primary big")));
}
