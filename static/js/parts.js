// Parts: pages the server renders, shown inside the shell. Asked for with X-Part the server answers only what stands between the
// bars; the last answer is kept under its person and shown, with its date, when there is no signal.
import { behave, ready } from "./behave.js";
import { dayIn, dayWords, timeWords } from "./clock.js";
import { button, element, show } from "./dom.js";
import { here, now, screen, today } from "./here.js";
import { forget } from "./home.js";
import { leave } from "./leave.js";
import { hashOf, pathOf } from "./links.js";
import { noAnswer, signedOut } from "./notices.js";
import { flush, keep } from "./outbox.js";
import { unlock } from "./person.js";
import { got, read, write } from "./store.js";
import { words } from "./words.js";

const STEADY = ["/app/warning-signs", "/app/help", "/app/report"]; // shown at once as kept: they seldom change
const ALWAYS = [...STEADY, "/app/progress"]; // there without signal even if never opened
const PATIENCE = 2_000; // milliseconds until the kept text is shown while the answer is on its way
const DAY = 86_400_000;

let turn = 0;

/** Show the part at a path: what the server says now, or what it said last. */
export async function part(path) {
  here.resting = true;
  const mine = (turn += 1);
  let drawn; // as it was kept; once something else stands in its place, what comes late is not shown
  const current = () => mine === turn && !here.locked && pathOf(location.hash) === path && drawn?.isConnected !== false;
  const kept = await remembered(path);
  if (kept && (STEADY.includes(path) || !navigator.onLine)) drawn = await render(kept, { path, old: !STEADY.includes(path) });
  const asking = fetched(path);
  const early = kept && !STEADY.includes(path) && (await Promise.race([asking, new Promise((done) => setTimeout(done, PATIENCE))]));
  if (kept && early === undefined && current()) drawn = await render(kept, { path, old: true });
  const answer = await asking;
  if (!current()) return;
  if (answer.state === "answered" && !(kept && touched())) return render(answer, { path, old: false });
  if (answer.state === "signed-out") return signedOut(here.person);
  if (answer.state === "locked") return unlock(here.person).then(() => part(path));
  if (answer.state === "elsewhere") return (location.hash = "#/people");
  if (answer.state === "gone") return gone();
  if (!kept) return noAnswer();
  if (answer.state === "later" && !STEADY.includes(path)) return render(kept, { path, old: true });
}

/** Whoever has begun to fill something in keeps it. */
const touched = () => screen.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");

/** Ask for the parts that must be there without signal, one after the other, when there is time. */
export async function prefetch() {
  for (const path of ALWAYS) {
    const kept = await remembered(path);
    if (kept && now() - kept.at < DAY && path !== "/app/progress") continue;
    if ((await fetched(path)).state === "later") return;
  }
}

/** Show a part as the server tells it or as it was kept. → what stands on the screen; nothing where the person went on. */
async function render({ html, at, known }, { path, old }) {
  const box = document.createElement("template");
  box.innerHTML = html;
  const { hash } = location;
  await ready(box.content);
  if (location.hash !== hash || here.locked) return; // somewhere else meanwhile
  const shown = box.content.firstElementChild;
  const title = shown.querySelector("h1");
  title?.setAttribute("tabindex", "-1");
  title?.setAttribute("data-head", "");
  document.title = shown.dataset.title;
  for (const form of shown.querySelectorAll("form:not([action])")) form.setAttribute("action", path); // its own page's address
  if (shown.querySelector("[data-gone]")) await forget(here.person); // the person has left: nothing stays here
  const since = (here.home?.entries ?? []).filter(({ id }) => !known.includes(id));
  show(screen, old && element("p", { class: "note as-of" }, asOf(at)), shown);
  await behave(shown, { person: here.person, home: here.home, since, today, show: (hash) => (location.hash = hash), keep, flush, leave, reload: () => anew(path) });
  return shown;
}

/** The part as it is now that something there has changed: what was filled in has been sent. */
function anew(path) {
  document.activeElement?.blur();
  return part(path);
}

const asOf = (at) => words.asOf(dayWords(dayIn(here.home.zone, new Date(at)), today()), timeWords(new Date(at), here.home.zone));

function gone() {
  show(screen, element("h1", { tabindex: "-1", "data-head": true }, words.gone), button(words.back, () => history.back(), "primary big"));
}

const remembered = (path) => read(["parts"], (at) => got(at("parts").get([here.person, path]))).catch(() => null);

/** → { state: "answered", html, at, known } or why not. What was said once (a flash) is shown once and not kept. */
async function fetched(path, how = {}) {
  try {
    const answer = await fetch(path, { ...how, headers: { "X-Part": "1", ...(here.person && { "X-Person": here.person }), ...how.headers } });
    const state = stateOf(answer);
    if (state !== "answered") return { state };
    const html = await answer.text();
    const told = { state, html, at: now(), known: (here.home?.entries ?? []).map(({ id }) => id), path: new URL(answer.url).pathname };
    if (answer.ok && told.path === path && !how.body) await keepPart(path, told).catch(() => {});
    return told;
  } catch {
    return { state: "later" };
  }
}

/** Our own fragments only: anything else is a page in between, or no answer. */
function stateOf(answer) {
  const { status } = answer;
  if (status === 401) return "signed-out";
  if (status === 409) return "elsewhere";
  if (status === 423) return "locked";
  if (status === 404 || status === 403) return "gone";
  const type = answer.headers.get("Content-Type") ?? "";
  return (answer.ok || status === 422) && type.startsWith("text/html") && answer.headers.has("X-Request-ID") ? "answered" : "later";
}

function keepPart(path, { html, at, known }) {
  const box = document.createElement("template");
  box.innerHTML = html;
  box.content.querySelector("[data-said]")?.replaceChildren();
  const row = { person: here.person, path, html: box.innerHTML, at, known };
  return write(["parts"], (to) => to("parts").put(row));
}

/** Forms inside a part that have no behaviour of their own. */
function takeForms() {
  screen.addEventListener("submit", (event) => {
    const form = event.target.closest(".part form");
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    if (new URL(form.action).pathname === "/sign-out") leave(form);
    else submit(form, event.submitter);
  });
}

/** Send a form and show the server's answer in the part's place. */
async function submit(form, pressed) {
  const body = new URLSearchParams(new FormData(form, pressed));
  const get = form.method === "get";
  const path = new URL(form.action).pathname;
  const answer = get ? await fetched(`${path}?${body}`) : await fetched(path, { method: "POST", body });
  if (answer.state === "signed-out") return signedOut(here.person);
  if (answer.state !== "answered") return complain(form);
  history.replaceState(null, "", hashOf(answer.path));
  turn += 1;
  await render(answer, { path: answer.path, old: false });
  if (!get) document.dispatchEvent(new CustomEvent("changed"));
}

function complain(form) {
  form.querySelector(".no-answer")?.remove();
  form.prepend(element("p", { class: "note problem no-answer", role: "alert" }, `${words.noAnswer} ${words.noAnswerMore}`));
}

takeForms();
