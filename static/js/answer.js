// Answer: the page behind a mail's link. The link carries its token after the #, which no server and no log sees; it is
// taken out of the address at once. The page asks the link's one question and sends the answer itself, under ids of its
// own making, so that a lost answer is the same bytes once more. Nothing is kept on this phone: the browser may be
// somebody else's, and whoever uses it otherwise has an outbox and a language here that are none of ours.
import { ask } from "./ask.js";
import { stamp, zone } from "./clock.js";
import { actions, button, element, head, show } from "./dom.js";
import { uuid7 } from "./ids.js";
import { headacheDays, medicineDays, peg, pgic } from "./instruments.js";
import { said } from "./said.js";
import { scores } from "./scores.js";
import { ask as request } from "./sending.js";
import { known, learn, say } from "./tongue.js";
import { words } from "./words.js";

const LINK = /^#[\w-]{20,}$/; // the skip link's #main is no token
const NONE = "none"; // asked with like any other: the server has the words for a link that opens nothing
const ABOUT_THE_COURSE = { peg, pgic, headache_days: headacheDays, medicine_days: medicineDays };

const screen = document.getElementById("screen");
const loading = screen.firstElementChild;
let token = NONE;
let unsent = false; // an answer was given and is not at the clinic

/** The token of the link; a reload of this page finds it where the address no longer shows it. */
function taken() {
  const found = LINK.test(location.hash) ? location.hash.slice(1) : (history.state?.token ?? token);
  history.replaceState({ token: found }, "", location.pathname);
  return found;
}

/** Ask what the link asks, in the language of whose link it is. */
async function begin() {
  const [found] = await Promise.all([post("question", { token }), learn(known(), { keep: false })]);
  await learnOf(found);
  if (found.state === "later") return unreachable(found);
  return found.status === 200 ? pose(found.told) : closed(found.told);
}

const post = (what, body) => request(screen.dataset[what], { method: "POST", body, sentAt: Date.now() });

async function learnOf({ language }) {
  if (language) await learn(language.split("-")[0], { keep: false });
}

async function pose(asked) {
  const question = questionOf(asked);
  let last = null;
  const store = async (entries, became) => {
    unsent = true;
    last = await post("answers", bodyOf(entries));
    if (last.state === "later") return "later";
    unsent = false;
    return ended(last, entries, became);
  };
  const make = (values) => entriesOf(question.tell(values));
  const { values, state } = await ask(screen, { ...question, fields: question.fields(), make, store });
  return state === "stored" ? receipt(question.text(values)) : closed(last.told);
}

/** The question of an instrument as the app poses it. */
function questionOf({ instrument, kind, words: condition, places }) {
  const course = { words: condition, classes: [] };
  const asked = places.map((place) => ({ course, kind, place }));
  if (instrument in ABOUT_THE_COURSE) return ABOUT_THE_COURSE[instrument](asked);
  return scores({ asked: asked.map((one) => ({ place: one.place, of: [one] })), instrument, ...painOf(instrument, kind) });
}

function painOf(instrument, kind) {
  if (instrument === "nrs_week") return { legend: words.weekly, text: words.savedWeekly };
  if (kind === "after") return { legend: words.after, text: words.savedAfter };
  return { legend: words.now, text: words.savedNow };
}

/** One entry a place, all of one moment: made once, and the same whenever they are sent again. */
function entriesOf(rows) {
  const moment = { recorded_at: stamp(), recorded_zone: zone() };
  return rows.map(({ place: { site, side }, value, more }) => ({ answer: { id: uuid7(), site, side, value, items: more.items ?? null }, moment }));
}

const bodyOf = (entries) => ({ token, answers: entries.map(({ answer }) => answer), ...entries[0].moment });

/** How sending ended: a link that takes nothing any more closes the page, what is wrong with an answer can be changed. */
function ended({ status, told }, entries, became) {
  if (status === 200) return "stored";
  if (status === 404) return "closed";
  became.set(entries[0], { state: "refused", reason: told?.errors?.[0]?.message ?? told?.detail });
  return "refused";
}

function receipt(text) {
  const tick = document.getElementById("tick").content.cloneNode(true);
  const more = [element("p", { class: "lead" }, said.finishedThanks), element("p", { class: "soft" }, said.nobodyWatches)];
  show(screen, element("div", { class: "saved stack" }, tick, head(text), more));
}

/** The link takes no answer: used, old, answered in the app meanwhile. The server says which. */
const closed = (told) => show(screen, head(told?.detail ?? words.gone));

/** No signal, or a server that does not answer: where it did answer, the signal is not to blame. */
function unreachable({ status }) {
  const more = status ? null : element("p", { class: "lead soft" }, words.noAnswerMore);
  show(screen, element("div", { class: "stack" }, head(words.noAnswer), more), actions(button(words.again, again, "primary big")));
}

function again() {
  show(screen, loading);
  say(screen);
  begin();
}

window.addEventListener("beforeunload", (event) => {
  if (unsent) event.preventDefault();
});

/** Another link opened in this same tab changes nothing but what stands after the #. */
window.addEventListener("hashchange", () => {
  const before = token;
  token = taken();
  if (token !== before) again();
});

token = taken();
begin();
