// Pauses: what stands between the questions: saved, nothing to log, before or after, which course.
import { goHome } from "./app.js";
import { dayWords, weekday } from "./clock.js";
import { diary } from "./diary.js";
import { actions, button, element, head, show } from "./dom.js";
import { visit } from "./entries.js";
import { here, now, screen, today } from "./here.js";
import { installButton } from "./install.js";
import { poseAgain } from "./pose.js";
import { after, before, logNow } from "./questions.js";
import { risen } from "./rising.js";
import { missed, moment, nextAsked, openNow } from "./screens.js";
import { said } from "./said.js";
import { spoken } from "./scores.js";
import { save } from "./send.js";
import { tell } from "./status.js";
import { words } from "./words.js";

const PUT_OFF = 3_600_000; // milliseconds for which "Not now" holds, or until the app is opened anew

/** The before-score is in; treatment is not over yet. `fresh` is given right after saving: it can still be changed. */
export function saved(course, fresh = null) {
  const here_ = fresh ? null : course.waiting;
  const text = fresh ? fresh.question.text(fresh.given.values) : words.savedBefore(spoken(here_.scores.map(({ value }) => value), here_.scores.map(({ place }) => place)));
  const session = fresh ? course.session : { id: here_.session_id, held_on: here_.held_on, number: course.session?.number };
  const again = async () => saved(course, { ...fresh, given: await poseAgain(fresh.question, fresh.given, () => saved(course, fresh)) });
  const waiting = fresh ? { session_id: session.id, held_on: session.held_on, scores: fresh.given.rows.map(({ place }) => ({ place })) } : here_;
  pause(
    confirmation(text),
    fresh && signs(fresh.given.rows),
    actions(
      button(words.over, () => after({ ...course, waiting }, () => saved(course, fresh)), "primary big"),
      button(words.notTreated, () => notTreated(course, session), "big"),
      fresh && button(words.change, again, "plain"),
    ),
  );
}

/** A receipt with the way on and the way back; how many questions are left today, and, after the first pair, reminders. */
export function confirmed(question, given, { treated = false, text = question.text } = {}) {
  const again = async () => confirmed(question, await poseAgain(question, given, () => confirmed(question, given, { treated, text })), { treated, text });
  pause(confirmation(text(given.values)), signs(given.rows), actions(button(words.done, goHome, "primary big"), button(words.change, again, "plain")));
  beside({ treated }).catch(() => {});
}

/** What the receipt learns once the answer counts: the next question, and whether reminders can be offered. */
async function beside({ treated }) {
  const shown = screen.firstChild;
  const { refold } = await import("./app.js");
  await refold();
  if (shown !== screen.firstChild) return;
  const left = openNow(here.home, now()).length;
  const done = screen.querySelector(".actions .primary");
  if (left) {
    done.textContent = said.nextQuestion;
    done.parentElement.before(element("p", { class: "soft" }, said.moreToday(left)));
  }
  if (treated && here.home.reminders.offer) done.parentElement.append(element("a", { class: "button plain", href: "#/reminders" }, said.remindMe));
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
  const next = nextAsked(here.home, today());
  pause(head(words.idle), next && element("p", { class: "lead soft" }, words.next(dayWords(next, today()))), ways(), cards());
}

/** The visits are over and questions follow. */
export function ended() {
  const count = new Set(here.home.courses.flatMap(({ asks }) => asks.filter(({ weekly }) => weekly).map(({ due }) => due))).size;
  pause(head(words.ended), element("p", { class: "lead soft" }, count ? words.willAsk(count) : words.endedMore), ways({ over: true }), cards());
}

/** Nothing is asked any more. */
export const closed = () => pause(head(words.closed), element("p", { class: "lead soft" }, words.closedMore), ways({ over: true }), cards());

/** What is asked can wait: the home without it, for an hour or until the app is opened anew. */
export function notNow() {
  here.quiet = now() + PUT_OFF;
  goHome();
}

/** With several courses, ask once which one is meant. */
export function pick(then) {
  const courses = here.home.courses.map((course) => moment(course, now(), today()));
  if (courses.length === 1) return then(courses[0]);
  const choices = courses.map((course) => button(course.words, () => then(course), "big"));
  return pause(head(words.whichCourse), actions(...choices), button(words.back, idle, "plain"));
}

async function notTreated(course, session) {
  const state = await save([visit(course, session, "cancelled")], new Map());
  if (state === "kept" || state === "stored") return goHome();
  const text = { later: words.unsent, "signed-out": words.signedOut }[state] ?? words.refused("");
  return pause(head(text), actions(button(words.again, () => notTreated(course, session), "primary big"), button(words.back, goHome, "plain")));
}

/** The ways on from a quiet home; while visits go on the next one is the likeliest. */
function ways({ over = false } = {}) {
  const session = (look) => button(words.atSession, () => pick((course) => before(course, goHome)), look);
  const now_ = (look) => button(words.logNow, () => pick(logNow), look);
  const late = element("a", { class: "button plain", href: "#/late" }, said.putRight);
  const [first, second] = over ? [now_, session] : [session, now_];
  return actions(first("primary big"), second("big"), late, installButton());
}

/** What stands below: the after-score missing since yesterday, questions that were put off, the diary's tap of today. */
const cards = () => element("div", { class: "stack cards" }, [missing(), putOff(), diary()].filter(Boolean));

function missing() {
  const course = missed(here.home, now());
  if (!course) return null;
  const text = words.missed(weekday(course.waiting.held_on));
  const remember = async () => (await import("./late.js")).missedAfter(course);
  return element("section", { class: "card stack" }, element("p", {}, text), button(words.remember, remember));
}

function putOff() {
  const left = openNow(here.home, now()).length;
  if (!left) return null;
  const answer = () => {
    here.quiet = 0;
    goHome();
  };
  return element("section", { class: "card stack" }, element("p", {}, said.questionsOpen(left)), button(said.answerNow, answer));
}

/** Show a screen on which nothing is half-answered. */
export function pause(...children) {
  here.resting = true;
  show(screen, ...children);
}

/** After a score far above the earlier ones: the warning signs, one tap away. */
const signs = (rows) => rows.some(risen) && element("p", { class: "note stack", role: "status" }, said.risen, element("a", { class: "button", href: "#/signs" }, said.readSigns));

/** What was saved, with its tick; and that it is not sent yet, where that takes longer. */
export function confirmation(text) {
  const tick = document.getElementById("tick").content.cloneNode(true);
  tell().catch(() => {});
  return element("div", { class: "saved" }, tick, head(text), element("p", { class: "soft", "data-unsent": true, hidden: true }, words.notSentYet));
}
