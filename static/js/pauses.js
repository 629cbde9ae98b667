// Pauses: what stands between the questions: saved, nothing to log, before or after, which course.
import { start } from "./app.js";
import { dayWords, weekday } from "./clock.js";
import { actions, button, element, head, show } from "./dom.js";
import { visit } from "./entries.js";
import { here, now, screen, today } from "./here.js";
import { after, before, change, logNow } from "./questions.js";
import { missed } from "./screens.js";
import { sendAll } from "./send.js";
import { status } from "./status.js";
import { words } from "./words.js";

/** The before-score is in; treatment is not over yet. `scores` are given right after saving: they can still be changed. */
export function saved(course, scores = null) {
  course.waiting.scores = scores ?? course.waiting.scores;
  const known = course.waiting.scores;
  const more = { kind: "before", instrument: "nrs_now", session_id: course.waiting.session_id };
  pause(
    confirmation(words.savedBefore(spoken(known))),
    actions(
      button(words.over, () => after(course, () => saved(course, scores)), "primary big"),
      button(words.notTreated, () => notTreated(course), "big"),
      scores && button(words.change, () => change(course, scores, more, (later) => saved(course, later)), "plain"),
    ),
  );
}

/** A receipt with the way on and the way back. */
export function confirmed(text, course, scores, more) {
  const again = () => change(course, scores, more, (later) => confirmed(text, course, later, more));
  pause(confirmation(text(spoken(scores))), actions(button(words.done, start, "primary big"), button(words.change, again, "plain")));
}

/** The clinic wrote the session first. */
export function beforeOrAfter(course) {
  const back = () => beforeOrAfter(course);
  pause(
    element("p", { class: "when" }, words.session(weekday(course.session.held_on), course.number, course.planned)),
    head(words.beforeOrAfter),
    actions(
      button(words.beforeTreatment, () => before(course, back), "primary big"),
      button(words.afterTreatment, () => after(course, back), "big"),
    ),
  );
}

export function idle() {
  const next = here.home.courses.map((course) => course.weekly_next).filter((day) => day > today()).sort()[0];
  pause(head(words.idle), next && element("p", { class: "lead soft" }, words.next(dayWords(next, today()))), ways(), late());
}

export const ended = () => pause(head(words.ended), element("p", { class: "lead soft" }, words.endedMore), ways(), late());

/** With several courses, ask once which one is meant. */
export function pick(then) {
  const { courses } = here.home;
  if (courses.length === 1) return then(courses[0]);
  const choices = courses.map((course) => button(course.words, () => then(course), "big"));
  return pause(head(words.whichCourse), actions(...choices), button(words.back, idle, "plain"));
}

/** What was logged, in words: 7, or 7 for your left knee, 4 for your right knee. */
export const spoken = (scores) =>
  scores.length === 1 ? words.one(scores[0].value) : words.several(scores.map(({ value, place }) => ({ value, place: place.words })));

async function notTreated(course) {
  const { session_id: id, held_on: day } = course.waiting;
  const entries = [visit(course, id, day, "cancelled")];
  const state = await sendAll(entries);
  status.waiting(entries);
  if (state === "stored") return start();
  return complain({ unsent: words.unsent, "signed-out": words.signedOut, refused: words.refused(entries[0].reason) }[state], () => notTreated(course));
}

function complain(text, again) {
  status.clear();
  pause(head(text), actions(button(words.again, again, "primary big"), button(words.back, start, "plain")));
}

const ways = () =>
  actions(
    button(words.atSession, () => pick((course) => before(course, idle)), "primary big"),
    button(words.logNow, () => pick(logNow), "big"),
  );

/** The card of an after-score that is missing since yesterday. */
function late() {
  const course = missed(here.home, now());
  if (!course) return null;
  const text = words.missed(weekday(course.waiting.held_on));
  return element("section", { class: "card stack" }, element("p", {}, text), button(words.remember, () => after(course, idle)));
}

function pause(...children) {
  here.resting = true;
  show(screen, ...children);
}

function confirmation(text) {
  const tick = document.getElementById("tick").content.cloneNode(true);
  return element("div", { class: "saved" }, tick, head(text));
}
