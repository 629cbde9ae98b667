// Notices: the screens on which nothing can be logged, each with the one thing that helps.
import { start } from "./app.js";
import { actions, button, element, head, show } from "./dom.js";
import { here, screen } from "./here.js";
import { refused, waiting } from "./outbox.js";
import { meta } from "./store.js";
import { words } from "./words.js";

export const noCourse = () => notice(words.noCourse, [words.noCourseMore], button(words.look, start, "primary big"));

/** No signal, as far as the phone can tell. That nothing is lost is only said where the browser has not lost what it kept. */
export async function noAnswer() {
  const lost = await meta("lost").catch(() => null);
  return notice(words.noAnswer, lost ? [] : [words.noAnswerMore], button(words.again, start, "primary big"));
}

/** An ended session costs no entry: it says how many are kept here. */
export async function signedOut(person) {
  const kept = person ? await Promise.all([waiting(person), refused(person)]).catch(() => []) : [];
  const count = kept.flat().length;
  const more = [count ? words.keptHere(count) : words.signedOutMore];
  const { codeForm } = await import("./code_form.js");
  return notice(person ? words.signedOutTitle : words.joinTitle, person ? more : [words.joinMore], codeForm());
}

function notice(title, more, way = null) {
  here.resting = true;
  show(screen, head(title), more.map((text) => element("p", { class: "lead soft" }, text)), way && actions(way));
}
