// Kiosk: the clinic's tablet in a patient's hands. It asks for the scores of one visit, sends them itself, and forgets: 15
// seconds after saving, after a minute without a touch (it warns first), or when it is put aside. Nothing is kept here: no
// storage, no cache, no address. Without signal it keeps trying while the page is open, and says plainly when it gave up.
//
// Chosen: what is forgotten is forgotten at the server first of all: the tablet's key then opens nothing, so that a reload,
// the back button or the address bar finds the lock. Not taken: an outbox as on a phone (the next patient's hands).
import { ask } from "./ask.js";
import { stamp, zone } from "./clock.js";
import { actions, button, element, head, show } from "./dom.js";
import { uuid7 } from "./ids.js";
import { told as said } from "./kiosk_words.js";
import { watch } from "./kiosk_rest.js";
import { scores } from "./scores.js";
import { ask as request } from "./sending.js";
import { learn } from "./tongue.js";
import { words } from "./words.js";

const AFTER_SAVING = 15; // seconds until it forgets
const TRY_EVERY = 3_000; // milliseconds
const INSTRUMENT = "nrs_now";

const screen = document.getElementById("screen");
const lock = document.getElementById("lock");
const leaving = document.getElementById("leaving");
const whose = document.getElementById("whose");
let rest = null; // stops the watch
let unsent = false; // an answer was given and is not at the clinic
let over = screen.dataset.locked !== undefined;

const post = (what, body) => request(screen.dataset[what], { method: "POST", body, sentAt: Date.now() });

/** Ask what this tablet may ask; else it is locked. */
async function begin() {
  const found = await post("question");
  if (found.state === "later") return unreachable();
  if (found.status !== 200) return locked();
  const { initials, language, asks } = found.told;
  await learn(language, { keep: false });
  lock.hidden = true;
  whose.textContent = initials ? said.whose(initials) : "";
  rest = watch({ warn, calm, go: () => (unsent ? lost() : forget()) });
  return asks.length > 1 ? beforeOrAfter(asks) : pose(asks[0]);
}

function beforeOrAfter(asks) {
  const name = { before: words.beforeTreatment, after: words.afterTreatment };
  const ways = asks.map((one) => button(name[one.kind], () => pose(one, asks), "big"));
  show(screen, head(words.beforeOrAfter), actions(...ways));
}

/** One pad a place. `given`: the entries this is a change of. */
async function pose(asked, asks = [], given = null) {
  const pain = { before: { legend: words.before, text: said.savedBefore }, after: { legend: words.after, text: words.savedAfter } };
  const question = scores({ asked: asked.places.map((place) => ({ place, of: [{ place }] })), instrument: INSTRUMENT, ...pain[asked.kind] });
  const make = (values) => entriesOf(asked, values, given);
  const back = asks.length > 1 && !given ? () => beforeOrAfter(asks) : null;
  const { values, entries, state } = await ask(screen, { ...question, fields: question.fields(), make, back, store });
  if (over) return;
  if (state === "stored") receipt(question.text(values), asked, entries);
  else locked();
}

/** One entry a place, all of one moment: made once, and the same whenever they are sent again. A change is of the moment it changes. */
function entriesOf({ kind, places }, values, given) {
  const moment = given ? given[0].moment : { recorded_at: stamp(), recorded_zone: zone() };
  return places.map(({ site, side }, at) => {
    const replaced = given ? { supersedes: given[at].answer.id, reason: words.changedReason } : {};
    return { answer: { id: uuid7(), site, side, value: values[at], ...replaced }, moment, kind };
  });
}

const bodyOf = (entries) => ({ kind: entries[0].kind, answers: entries.map(({ answer }) => answer), ...entries[0].moment });

/** Send until there is an answer: the same bytes each time. */
async function store(entries, became) {
  unsent = true;
  for (;;) {
    const found = await post("answers", bodyOf(entries));
    if (over) return "closed";
    if (found.state !== "later") return ended(found, entries, became);
    note(said.trying);
    await new Promise((resolve) => setTimeout(resolve, TRY_EVERY));
    if (over) return "closed";
  }
}

function ended({ status, told }, entries, became) {
  unsent = false;
  note("");
  if (status === 200) return "stored";
  if (status === 404) return "closed";
  became.set(entries[0], { state: "refused", reason: told?.errors?.[0]?.message ?? told?.detail });
  return "refused";
}

/** Beside Save, while there is no answer. */
function note(text) {
  const place = screen.querySelector(".save .note");
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}

/** Saved; a wrong tap can be changed until the page closes. */
function receipt(text, asked, given) {
  rest();
  let left = AFTER_SAVING;
  const closes = element("p", { class: "soft" }, said.closing(left));
  const beat = setInterval(() => {
    left -= 1;
    if (left <= 0) stop(forget);
    else closes.textContent = said.closing(left);
  }, 1_000);
  const stop = (next) => {
    clearInterval(beat);
    document.removeEventListener("visibilitychange", aside);
    next();
  };
  const aside = () => document.hidden && stop(forget);
  const again = () => {
    rest = watch({ warn, calm, go: () => (unsent ? lost() : forget()) });
    pose(asked, [], given);
  };
  document.addEventListener("visibilitychange", aside);
  const tick = document.getElementById("tick").content.cloneNode(true);
  show(
    screen,
    element("div", { class: "saved stack" }, tick, head(text), element("p", { class: "lead" }, said.giveBack), closes),
    actions(button(words.done, () => stop(forget), "primary big"), button(words.change, () => stop(again), "plain")),
  );
}

function warn(left) {
  if (leaving.hidden) leaving.replaceChildren(element("div", { role: "alert" }, element("h2", {}, said.there)), element("p", {}, ""), button(said.goOn, calm, "primary"));
  leaving.hidden = false;
  leaving.querySelector("p").textContent = said.closing(left);
}

function calm() {
  leaving.hidden = true;
  leaving.replaceChildren();
}

/** Nothing of the patient stays: at the server first, then on the screen. */
function forget() {
  close();
  locked();
}

/** It gave up: said plainly, to be read by whoever gives the tablet back. */
function lost() {
  close();
  show(screen, element("div", { class: "stack" }, head(said.lost), element("p", { class: "lead" }, said.lostMore)));
  lock.hidden = false;
}

function close() {
  over = true;
  rest?.();
  calm();
  whose.textContent = "";
  navigator.sendBeacon(screen.dataset.forget) || post("forget");
}

function locked() {
  screen.replaceChildren();
  whose.textContent = "";
  lock.hidden = false;
  document.getElementById("lock-title").focus();
}

/** No signal before anything was asked: nothing is lost. */
function unreachable() {
  lock.hidden = true;
  show(screen, head(words.noAnswer), actions(button(words.again, begin, "primary big")));
}

/** Left by any way, and a page that the browser kept for the back button: forgotten. */
addEventListener("pagehide", () => over || !rest || close());
addEventListener("pageshow", (event) => event.persisted && location.reload());

if (!over) begin();
