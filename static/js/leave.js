// Leave: signing out on this phone. What waits is sent first; if it cannot be, the person is asked. Then nothing of anybody
// who used this phone stays on it.
import { actions, button, element, head, show } from "./dom.js";
import { here, screen } from "./here.js";
import { forget } from "./home.js";
import { flush, refused, waiting } from "./outbox.js";
import { got, read } from "./store.js";
import { words } from "./words.js";

const PATIENCE = 10_000; // milliseconds for the last sending

/** Sign out by this form, once everything is sent or the person gives it up. */
export async function leave(form) {
  const people = await known();
  await Promise.race([flush({ now: true }), new Promise((done) => setTimeout(done, PATIENCE))]);
  const left = (await Promise.all(people.flatMap((id) => [waiting(id), refused(id)]))).flat().length;
  if (left) return ask(left, () => clear(people, form));
  return clear(people, form);
}

function ask(left, go) {
  show(
    screen,
    head(words.notSentLeaving(left)),
    element("p", { class: "lead soft" }, words.notSentLeavingMore),
    actions(button(words.stay, () => (location.hash = "#/waiting"), "primary big"), button(words.leaveAnyway, go)),
  );
}

async function clear(people, form) {
  for (const person of people) await forget(person);
  const headers = { "X-Part": "1" }; // the form may be days old: this tells the server that it is ours
  const ended = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers }).catch(() => null);
  if (ended?.ok || ended?.status === 401) return location.replace("/sign-in");
  form.hidden = true;
  document.body.append(form); // its screen may be gone
  form.submit(); // the browser says what is wrong
}

/** Everybody this phone keeps something of. */
const known = () =>
  read(["people", "outbox", "home"], async (at) => {
    const [people, rows, homes] = await Promise.all([at("people").getAllKeys(), at("outbox").getAll(), at("home").getAllKeys()].map(got));
    return [...new Set([here.person, ...people, ...homes, ...rows.map(({ person }) => person)])].filter(Boolean);
  }).catch(() => []);
