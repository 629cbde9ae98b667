// Join: the link carries its code after the #, which no server or log sees. It is taken out of the address at once;
// opening uses nothing up, Start does. Each state stands in the page already; this shows one of them.
import { copy as toClipboard } from "./copy.js";
import { redeem, tell } from "./redeem.js";
import { carried, insideApp, ios, standalone } from "./where.js";

const page = document.getElementById("join");
const form = page.querySelector("form");
const shown = page.querySelector("[data-shown]");
const error = document.getElementById("code-error");
const said = (name) => page.querySelector(`[data-words=${name}]`).content.textContent;
let code = taken();
let copied = "";

/** The code of the link; a reload of this page finds it where the address no longer shows it. */
function taken() {
  const found = carried() || history.state?.code || "";
  if (found) history.replaceState({ code: found }, "", location.pathname);
  return found;
}

/** Show this state in place of the form, with those of its pieces that are for this case; its head takes the focus. */
function show(name, kind = "") {
  const made = page.querySelector(`[data-screen=${name}]`).content.cloneNode(true);
  for (const one of made.querySelectorAll("[data-for]")) one.hidden = one.dataset.for !== kind;
  for (const one of made.querySelectorAll("[data-copy]")) one.addEventListener("click", copy);
  made.querySelector("[data-stay]")?.addEventListener("click", stay);
  form.hidden = true;
  shown.replaceChildren(made);
  window.scrollTo({ top: 0 });
  shown.querySelector("h1:not([hidden])").focus({ preventScroll: true });
}

function stay() {
  shown.replaceChildren();
  form.hidden = false;
  form.querySelector("h1").focus({ preventScroll: true });
}

function begin() {
  page.querySelector("[data-typed]").hidden = Boolean(code);
  if (!insideApp()) return;
  copied = `${location.origin}${location.pathname}${code ? `#${code}` : ""}`;
  show("elsewhere", ios() ? "ios" : "other");
}

async function start(event) {
  event.preventDefault();
  const typed = code || form.elements.code.value.trim();
  if (!typed) return complain(said("empty"));
  busy(true);
  const answer = await redeem(typed, page.dataset.redeem);
  busy(false);
  if (answer.state === "joined") return joined(answer.told);
  page.querySelector("[data-other]").hidden = answer.code !== "other_clinic";
  return complain(answer.state === "unsent" ? said("unsent") : answer.message, answer.code);
}

/** The message beside the field; a link that does not work makes room for a code that is typed. */
function complain(message, reason = "") {
  error.textContent = message;
  error.hidden = false;
  if (reason === "link_not_usable") askForCode();
  if (!page.querySelector("[data-typed]").hidden) form.elements.code.focus();
}

function askForCode() {
  code = "";
  history.replaceState(null, "", location.pathname);
  page.querySelector("[data-typed]").hidden = false;
}

function busy(yes) {
  const button = form.querySelector("button");
  button.disabled = yes;
  button.dataset.calm ??= button.textContent;
  button.textContent = yes ? said("starting") : button.dataset.calm;
  if (yes) error.hidden = true;
}

async function joined({ person, already, courses }) {
  history.replaceState(null, "", location.pathname);
  await remember(person).catch(() => {}); // where nothing can be kept, the app asks the clinic
  if (ios() && !standalone()) return installing(person, courses);
  if (!already && courses) return location.replace(page.dataset.app);
  return show("done", already ? "already" : "no-course");
}

/** This person uses the phone now; what waits on it goes out before anybody turns to another window. */
async function remember(person) {
  const { use } = await import("./person.js");
  await use(person);
  const { flush } = await import("./outbox.js");
  await Promise.race([flush({ now: true }), new Promise((resolve) => setTimeout(resolve, 5_000))]);
}

/** The installed app shares nothing with this browser: a code of its own lets it in. */
async function installing(person, courses) {
  const made = await invited(person.id);
  if (!made) return location.replace(page.dataset.app);
  copied = made.url;
  show("installing", courses ? "" : "no-course");
  shown.querySelector("[data-code]").textContent = made.code;
}

async function invited(person) {
  const answer = await tell(page.dataset.invite, { person, body: { way: "app" } });
  return answer.state === "done" ? answer.told : null;
}

async function copy({ currentTarget: button }) {
  await toClipboard(copied);
  button.textContent = said("copied");
  page.querySelector("[data-said]").textContent = said("copied");
}

form.addEventListener("submit", start);
begin();
