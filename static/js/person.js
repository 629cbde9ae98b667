// Person: who of the people on this phone uses it now. The word at the top says it, and lets another take over.
import { element } from "./dom.js";
import { got, meta, read, write } from "./store.js";
import { words } from "./words.js";

const PIN_AGAIN = 15 * 60_000; // milliseconds out of sight until the PIN is asked for again
const place = document.getElementById("who");
let opened = null; // for whom the PIN was typed since this page was opened
let hiddenAt = 0;

/** From now on this person uses the phone. */
export const use = (person) =>
  write(["people", "meta"], async (at) => {
    at("people").put(person);
    at("meta").put(person.id, "person");
  });

/** The same, and the screens of whoever used it before are gone. */
export async function turnTo(person) {
  await use(person);
  history.replaceState(null, "", "/app");
  location.reload();
}

/** Ask for the PIN where one is set and was not typed yet; resolves when the person's screens may be shown. */
export async function admit(id, { asked = false } = {}) {
  if (!id || (opened === id && !asked)) return;
  const known = await read(["people"], (at) => got(at("people").get(id))).catch(() => null);
  if (!asked && !known?.pin) return;
  const { ask } = await import("./pin.js");
  await ask(known ?? { id, initials: "" });
  opened = id;
}

/** The server asks for the PIN, perhaps because it was typed without signal; true when it is open again. */
export async function unlock(id) {
  const { again } = await import("./pin.js");
  if (!(await again(id))) await admit(id, { asked: true });
}

/** The initials at the top: with several people on the phone they open the list. */
export function name({ person, people }) {
  if (!place) return;
  if (people.length < 2) return place.replaceChildren(element("a", { href: "/app/people", "aria-label": words.whoIsHere(person.initials) }, person.initials));
  const others = people.filter(({ id }) => id !== person.id);
  const menu = element(
    "details",
    { class: "who" },
    element("summary", { "aria-label": words.changePerson(person.initials) }, person.initials, " ▾"),
    element(
      "div",
      { class: "who-list" },
      others.map((one) => element("button", { type: "button", class: "button", onclick: () => hand(person, one) }, one.initials)),
      element("a", { href: "/app/people", onclick: () => (menu.open = false) }, words.peopleHere),
    ),
  );
  menu.addEventListener("keydown", ({ key }) => key === "Escape" && shut(menu));
  place.replaceChildren(menu);
}

function shut(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

/** Hand the phone over: the clinic asks the one before for the PIN again. */
async function hand(before, after) {
  if (before.pin) await Promise.race([close(before.id), new Promise((done) => setTimeout(done, 2_000))]);
  return turnTo(after);
}

async function close(person) {
  const { tell } = await import("./redeem.js");
  return tell("/api/v1/me/close", { person });
}

/** Somebody may have taken the phone meanwhile: after a while out of sight the PIN is asked for again. */
document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState === "hidden") return (hiddenAt = Date.now());
  const away = Date.now() - hiddenAt > PIN_AGAIN && document.body.dataset.resting !== "no";
  if (away && opened && opened === (await meta("person").catch(() => null))) location.reload();
});
