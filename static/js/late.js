// Late: what was forgotten, for a visit or for a time; and earlier answers, to change or to take back.
import { goHome } from "./app.js";
import { ask } from "./ask.js";
import { dayWords, stamp, weekday } from "./clock.js";
import { actions, button, element, head } from "./dom.js";
import { reading, retraction } from "./entries.js";
import { field } from "./field.js";
import { here, now, raw, screen, today } from "./here.js";
import { sessionId } from "./ids.js";
import { questionOf, valueWords, whatWords, whenWords } from "./one_entry.js";
import { confirmation, confirmed, pause, pick } from "./pauses.js";
import { pose } from "./pose.js";
import { atPlaces } from "./questions.js";
import { moment } from "./screens.js";
import { said } from "./said.js";
import { save } from "./send.js";
import { words } from "./words.js";
import "./choice_list.js";
import "./moment_field.js";

const SHOWN = 30;
const HOUR = 3_600_000;
const LEGEND = { before: said.thenBefore, after: said.thenAfter, check_in: said.thenNow };

/** What can be logged late, and the latest answers. */
export function late() {
  const { courses, entries } = here.home;
  const ways = courses.length ? [...visits().map(way), button(said.anotherVisit, () => pick(anotherVisit), "big"), button(said.anotherTime, () => pick(anotherTime), "big")] : [];
  pause(
    head(said.forgot),
    element("p", { class: "lead soft" }, said.forgotMore),
    actions(...ways),
    element("h2", { class: "later" }, said.entries),
    element("p", { class: "soft" }, entries.length ? said.entriesMore : said.noEntries),
    element("ul", { class: "plain-list entries" }, entries.slice(0, SHOWN).map(line)),
    actions(button(words.back, goHome, "primary big")),
  );
}

/** Visits of the last days that lack a score: [{ course, session, kind }], the latest first. */
function visits() {
  const took = ({ state, held_on: day }) => (state === "held" || state === "reported") && day <= today();
  const lacks = (session, kind) => !session.scores.some((score) => score.kind === kind);
  return here.home.courses
    .flatMap((course) => course.sessions.filter(took).flatMap((session) => ["before", "after"].filter((kind) => lacks(session, kind)).map((kind) => ({ course, session, kind }))))
    .sort((one, other) => (one.session.held_on < other.session.held_on ? 1 : -1));
}

const way = ({ course, session, kind }) =>
  button((kind === "before" ? said.forgotBefore : said.forgotAfter)(dayWords(session.held_on, today())), () => atVisit(course, session, kind), "big");

/** The card of an after-score that is missing since yesterday. */
export function missedAfter(course) {
  const session = course.sessions.find(({ id }) => id === course.waiting.session_id);
  return atVisit(course, session, "after", course.waiting.scores.map(({ place }) => place));
}

/** A score of a visit, with about when it was: an hour from the other score, until the person says otherwise. */
function atVisit(course, session, kind, places = undefined) {
  const inner = atPlaces(course, { kind, places, more: { session_id: session.id }, legend: LEGEND[kind], text: said.savedLate });
  return put(inner, weekday(session.held_on), guess(session, kind));
}

function guess({ scores, held_on: day }, kind) {
  const other = scores.find((score) => score.kind !== kind && score.kind !== "check_in");
  const at = other ? Date.parse(other.at) + (kind === "after" ? HOUR : -HOUR) : new Date(`${day}T12:00`).getTime();
  return Math.min(at, now());
}

const anotherTime = (course) => put(atPlaces(course, { kind: "check_in", legend: LEGEND.check_in, text: said.savedLate }), said.anotherTime, null);

/** A visit that neither the phone nor the clinic has told of. */
async function anotherVisit(course) {
  here.resting = false;
  const kinds = [["before", words.beforeTreatment], ["after", words.afterTreatment]];
  const fields = [field("moment-field", { legend: said.whichVisit, missing: said.timeMissing, main: true }), field("choice-list", { legend: said.whichPart, missing: said.changeMissing, choices: kinds })];
  const asked = await ask(screen, { when: course.words, fields, make: () => [], store: async () => "kept", back: late });
  const [at, kind] = asked.values;
  const day = here.dayOf(at);
  const known = moment(course, now(), today()).sessions.find(({ held_on: on, state }) => on === day && state !== "cancelled");
  const id = known?.id ?? (await sessionId(course.id, day));
  return atVisit(course, known ?? { id, held_on: day, scores: [{ kind: "none", at: new Date(at + (kind === "after" ? -HOUR : HOUR)).toISOString() }] }, kind);
}

/** Ask it together with its time. */
async function put(inner, when, at) {
  const question = {
    when,
    fields: () => [...inner.fields(), field("moment-field", { legend: said.whichTime, missing: said.timeMissing, at })],
    tell: (values) => inner.tell(values.slice(0, -1)).map((one) => ({ ...one, more: { ...one.more, recorded_at: stamp(new Date(raw(values.at(-1)))) } })),
    text: (values) => inner.text(values.slice(0, -1)),
  };
  confirmed(question, await pose(question, { back: late }));
}

/** One earlier answer in the list. */
function line(entry) {
  const words_ = [element("b", {}, whatWords(entry).join(", ")), element("span", { class: "value" }, valueWords(entry))];
  const when = element("span", { class: "soft" }, whenWords(entry), entry.late && ` · ${said.late}`);
  return element("li", {}, element("button", { type: "button", class: "entry", onclick: () => change(entry) }, words_, when));
}

/** Change it, or take it back; both are new entries that name this one. */
async function change(entry) {
  const question = questionOf(entry);
  const recorded_at = stamp(new Date(raw(Date.parse(entry.at))));
  if (!question) return takeBack(entry, recorded_at);
  here.resting = false;
  const replacing = { recorded_at, supersedes: entry.id, reason: said.laterReason };
  await ask(screen, {
    when: [...whatWords(entry), whenWords(entry)].join(", "),
    above: [element("p", { class: "note" }, said.valueNow(valueWords(entry)))],
    fields: question.fields(),
    make: (values) => question.tell(values).map(({ course, place, value, more }) => reading(course, place, value, { ...more, ...replacing })),
    store: save,
    back,
    beside: [button(said.takeBack, () => takeBack(entry, recorded_at), "plain")],
  });
  done(said.changed);
}

function takeBack(entry, recordedAt) {
  const gone = async () => {
    const state = await save([retraction(entry, said.mistakeReason, recordedAt)], new Map());
    if (state === "kept" || state === "stored") return done(said.takenBack);
    return pause(head(words.unsent), actions(button(words.again, gone, "primary big"), button(words.back, back, "plain")));
  };
  pause(
    element("p", { class: "when" }, [...whatWords(entry), whenWords(entry)].join(", ")),
    head(said.valueNow(valueWords(entry))),
    element("p", { class: "lead soft" }, said.takeBackSure),
    actions(button(said.takeBackYes, gone, "primary big"), button(words.back, back, "plain")),
  );
}

const back = () => late();

/** The receipt, and the list again with what is now in it. */
function done(text) {
  const again = async () => {
    const { refold } = await import("./app.js");
    await refold();
    late();
  };
  pause(confirmation(text), actions(button(words.done, again, "primary big"), button(words.back, goHome, "plain")));
}
