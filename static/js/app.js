// The patient's home. The page comes without data: what it shows was kept on this phone, or is fetched; what is tapped
// is kept here first and sent from here.
import { here, know, now, screen, today } from "./here.js";
import { fetched, lastPerson, remembered } from "./home.js";
import { noAnswer, noCourse, signedOut } from "./notices.js";
import { flush } from "./outbox.js";
import { beforeOrAfter, ended, idle, saved } from "./pauses.js";
import { after, before, redo, weekly } from "./questions.js";
import { choose } from "./screens.js";
import { tell } from "./status.js";
import { learn } from "./tongue.js";
import { attend } from "./triggers.js";
import { unsent } from "./unsent.js";
import { dayIn } from "./clock.js";

const SCREENS = { saved, after, before, weekly, idle, ended, "before-or-after": beforeOrAfter, "no-course": noCourse };
const SENDING = 3_000; // milliseconds that what was just saved may take to arrive before the home is asked for

/** After the first screen: the service worker, which opens the app without signal. */
async function keepUp() {
  const version = await import("./version.js");
  await version.keepUp().catch(() => {});
}

/** Show the first screen that applies, from what the clinic says now or else from what it said last. */
export async function start() {
  here.person ??= await lastPerson();
  const kept = await remembered(here.person);
  await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, SENDING))]);
  const answer = await fetched(here.person);
  if (answer.state === "answered") return open(answer);
  if (answer.state === "signed-out") return signedOut(here.person);
  if (answer.state === "gone") return anew();
  if (answer.state === "later" && kept) return open(kept);
  return noAnswer();
}

/** This phone no longer speaks for that person: whoever it speaks for now. */
async function anew() {
  if (!here.person) return signedOut(null);
  here.person = null;
  const answer = await fetched(null);
  return answer.state === "answered" ? open(answer) : signedOut(null);
}

async function open({ home, clock }) {
  know(home, clock);
  await learn(home.language);
  here.person = home.person.id;
  document.getElementById("who").textContent = home.person.initials;
  document.getElementById("band").hidden = !(home.clinic ?? home).synthetic;
  tell().catch(() => {});
  route();
}

/** The screen that the address names, else the first that applies; a question goes on until it is answered. */
function route() {
  if (location.hash === "#/waiting") return unsent({ change: (row) => redo(row, list), back: leave });
  const { name, course } = choose(here.home, now());
  return SCREENS[name](course);
}

const list = () => route();
const leave = () => (location.hash = "");

window.addEventListener("hashchange", () => here.home && route());
attend({ again: () => here.resting && location.hash === "" && start() });
learn().finally(() => start().finally(keepUp));
