// The shell. The page comes without data: what it shows was kept on this phone, or is fetched; what is tapped is kept
// here first and sent from here.
import { here, know, now, screen, today } from "./here.js";
import { button, element } from "./dom.js";
import { early } from "./early.js";
import { conceal, fetched, remembered } from "./home.js";
import { fold } from "./fold.js";
import { pathOf, takeLinks } from "./links.js";
import { noAnswer, noCourse, signedOut } from "./notices.js";
import { flush, kept, mail, watch } from "./outbox.js";
import { beforeOrAfter, closed, ended, idle, saved } from "./pauses.js";
import { after, before, redo, weekly } from "./questions.js";
import { choose } from "./screens.js";
import { tell } from "./status.js";
import { meta, steady, write } from "./store.js";
import { admit, name, unlock } from "./person.js";
import { learn } from "./tongue.js";
import { attend } from "./triggers.js";
import { words } from "./words.js";

const SCREENS = { saved, after, before, weekly, idle, ended, closed, "before-or-after": beforeOrAfter, "no-course": noCourse };
const RARE = { // fetched when they are wanted: not everybody's first screen
  "check-in": () => import("./check_in.js").then(({ checkIn }) => checkIn),
  milestone: () => import("./since.js").then(({ since }) => since),
  finished: () => import("./finished.js").then(({ finished }) => finished),
};
const OWN = {
  waiting: () => import("./unsent.js").then(({ unsent }) => () => unsent({ change: (row) => redo(row, route), back: goHome })),
  late: () => import("./late.js").then(({ late }) => late),
};
const part = (path) => import("./parts.js").then(({ part }) => () => part(path));
const QUIET = 1_500; // milliseconds after the last sending until the clinic is asked for news
const NAME = document.title;
let drawn = null; // what the home shows, and the node it drew
let drawing = 0; // the newest drawing: one that had to wait for its script may come too late
let news = null;

/** Show what is on this phone at once; then ask the clinic, and show that where nobody has begun to answer. */
export async function start() {
  const { person, known, told } = await early(here.person);
  here.person = person;
  const keeps = (await admit(person)) ? await remembered(person) : known; // typing a PIN takes its time
  await (keeps ? open(keeps) : learn());
  await refresh(!keeps, told);
}

/** Ask the clinic, unless it has `told` already. `first`: there is nothing to show yet, so what went wrong is shown. */
export async function refresh(first = false, told = null) {
  if (here.locked) return;
  const answer = told ?? (await fetched(here.person));
  if (here.locked) return;
  if (answer.state === "answered") return open(answer);
  if (answer.state === "signed-out") return sessionEnded();
  if (answer.state === "locked") return reopen(first);
  if (answer.state === "which-person") return whoIsIt();
  if (answer.state === "gone") return anew();
  if (first) noAnswer();
}

/** Once the PIN was typed, what stood there before the question is drawn anew. */
async function reopen(first) {
  if (await unlock(here.person)) drawn = null;
  return refresh(first);
}

/** Several people are on this phone, and it does not know who uses it now. */
async function whoIsIt() {
  history.replaceState(null, "", "#/people");
  return (await part("/app/people"))();
}

/** The session ended, here or at the clinic: what it showed goes from this phone; entries stay and wait. */
async function sessionEnded() {
  const { person } = here;
  drawing += 1;
  await conceal(person).catch(() => {});
  return signedOut(person);
}

/** This phone no longer speaks for that person: whoever it speaks for now. */
async function anew() {
  if (!here.person) return sessionEnded();
  await conceal(here.person).catch(() => {});
  here.person = null;
  return refresh(true);
}

async function open({ home, clock, rows }) {
  know(home, clock);
  await learn(home.language);
  name(home);
  document.getElementById("band").hidden = !home.clinic.synthetic;
  await refold(rows);
  if (!drawn || changed()) (named() ? route : drawHome)();
  tell().catch(unkeepable);
}

/** This browser keeps nothing: say how answers travel then. */
function unkeepable() {
  const note = document.getElementById("unkept");
  note.textContent = words.noStorage;
  note.hidden = false;
}

/** What was logged on this phone since the clinic was heard counts at once. */
export async function refold(rows = kept(here.person).catch(() => [])) {
  here.home = fold(here.told, await rows, today());
}

/** Whether the home on screen is no longer what comes first, and nobody has done anything there. */
const changed = () => here.resting && drawn.node && drawn.node === screen.firstChild && drawn.what !== whatOf(choose(here.home, now(), here.quiet));
const whatOf = ({ name, course, ask }) => [name, course?.id, ask?.key].join();

/** The screen that the address names, if any. */
const named = () => location.hash.replace(/^#\/?/, "");

/** The screen that the address names, else the home. */
async function route() {
  if (here.locked) return;
  const name = named();
  if (!name) return showHome();
  const mine = (drawing += 1);
  if (here.told) await refold();
  if (mine !== drawing) return;
  drawn = { what: name, node: null };
  const path = pathOf(location.hash);
  if (!OWN[name]) point(path);
  const draw = await (OWN[name] ?? (() => part(path)))();
  if (mine === drawing && !here.locked) return draw();
}

/** Which of the places that are always there this is. */
function point(path) {
  for (const link of document.querySelectorAll(".bar a")) {
    if (path && new URL(link.href).pathname === path) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** The first screen that applies; a question goes on until it is answered. */
export async function showHome() {
  if (here.locked) return;
  const mine = (drawing += 1);
  await refold();
  if (mine === drawing) return drawHome();
}

async function drawHome() {
  if (here.locked) return;
  document.title = NAME;
  point("");
  const mine = (drawing += 1);
  const chosen = choose(here.home, now(), here.quiet);
  const draw = SCREENS[chosen.name] ?? (await RARE[chosen.name]());
  if (mine !== drawing || here.locked) return;
  draw(chosen.course, chosen.ask);
  drawn = { what: whatOf(chosen), node: screen.firstChild };
}

/** Back to the home, from wherever. */
export const goHome = () => (location.hash ? (location.hash = "") : showHome());

/** What was just sent is asked for again, once it is quiet: the clinic counts sessions and questions better than the phone. */
async function ask() {
  clearTimeout(news);
  const sent = here.person && (await kept(here.person)).some(({ state }) => state === "sent");
  if (sent && (await mail()).state === "sent") news = setTimeout(refresh, QUIET);
}

/** After the first screen: the service worker, which opens the app without signal, and the parts that must be there then. */
async function prepare() {
  const [{ keepUp }, { prefetch }] = await Promise.all([import("./version.js"), import("./parts.js")]);
  await keepUp().catch(() => {});
  if (here.home) await prefetch().catch(() => {});
}

/** The browser gave up what it had kept, and not even the twin was left: whoever had answers waiting must know. */
async function lost() {
  if (!(await meta("lost").catch(() => null))) return;
  const note = document.getElementById("lost");
  const heard = () => write(["meta"], (at) => at("meta").delete("lost")).then(() => (note.hidden = true));
  note.replaceChildren(element("span", {}, words.lost), button(words.done, heard, "plain"));
  note.hidden = false;
}

const inTime = (work) => ("requestIdleCallback" in window ? requestIdleCallback(work, { timeout: 3000 }) : setTimeout(work, 500));

window.addEventListener("hashchange", () => (here.home || location.hash) && route());
document.addEventListener("changed", () => refresh());
takeLinks();
watch(ask);
attend({ again: () => here.resting && drawn && (location.hash ? null : showHome().then(() => refresh())) });
start().finally(() => {
  steady().then((more) => more && (here.home ? flush() : location.reload())).catch(() => {});
  inTime(() => Promise.all([prepare(), lost()]));
});

