// Person: who of the people on this phone uses it now. The word at the top says it, and lets another take over.
import { element } from "./dom.js";
import { here, screen } from "./here.js";
import { got, meta, read, write } from "./store.js";
import { words } from "./words.js";

const PIN_AGAIN = 15 * 60_000; // milliseconds out of sight until the PIN is asked for again
const place = document.getElementById("who");
let opened = null; // for whom the PIN was typed since this page was opened
let hiddenAt = 0;
let named = ""; // what the top says now

/** From now on this person uses the phone. */
export const use = (person) =>
  write(["people", "meta"], async (at) => {
    at("people").put(person);
    at("meta").put(person.id, "person");
  });

/** The same, and the screens of whoever used it before are gone. */
export async function turnTo(person) {
  await closeBehind(person).catch(() => {});
  await use(person);
  history.replaceState(null, "", "/app");
  location.reload();
}

/** Ask for the PIN where one is set and was not typed yet; resolves when the person's screens may be shown: true if it was asked. */
export async function admit(id, { asked = false } = {}) {
  if (!id || (opened === id && !asked)) return false;
  const known = await read(["people"], (at) => got(at("people").get(id))).catch(() => null);
  if (!asked && !known?.pin) return false;
  here.locked = true;
  const { ask } = await import("./pin.js");
  await ask(known ?? { id, initials: "" });
  opened = id;
  return true;
}

/** The server asks for the PIN, perhaps because it was typed without signal; true when the person had to be asked. */
export async function unlock(id) {
  const { again } = await import("./pin.js");
  if (await again(id)) return false;
  await admit(id, { asked: true });
  return true;
}

/** The initials at the top: with several people on the phone they open the list. News that changes nothing leaves it open. */
export function name({ person, people }) {
  const said = JSON.stringify([person, people, words.peopleHere]);
  if (!place || said === named) return;
  named = said;
  if (people.length < 2) return place.replaceChildren(element("a", { href: "/app/people", "aria-label": words.whoIsHere(person.initials) }, person.initials));
  const others = people.filter(({ id }) => id !== person.id);
  const menu = element(
    "details",
    { class: "who" },
    element("summary", { "aria-label": words.changePerson(person.initials) }, person.initials, " ▾"),
    element(
      "div",
      { class: "who-list" },
      others.map((one) => element("button", { type: "button", class: "button", onclick: ({ currentTarget }) => hand(one, currentTarget) }, one.initials)),
      element("a", { href: "/app/people", onclick: () => (menu.open = false) }, words.peopleHere),
    ),
  );
  menu.addEventListener("keydown", ({ key }) => key === "Escape" && shut(menu));
  place.replaceChildren(menu);
}

/** Hand the phone over; whoever has begun an answer is told once that it is not saved. */
function hand(next, button) {
  if (!begun() || button.dataset.sure) return turnTo(next);
  button.dataset.sure = "yes";
  return button.before(element("p", { class: "note problem", role: "alert" }, words.notSavedHanding));
}

/** Whether something was filled in on screen. */
const begun = () =>
  [...screen.querySelectorAll("input, textarea")].some((one) => one.checked !== one.defaultChecked || one.value !== one.defaultValue);

function shut(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

/** The clinic asks whoever used the phone before for the PIN again. */
async function closeBehind(next) {
  const before = await user();
  if (!before?.pin || before.id === next.id) return;
  const { tell } = await import("./redeem.js");
  await Promise.race([tell("/api/v1/me/close", { person: before.id }), new Promise((done) => setTimeout(done, 2_000))]);
}

/** Who uses the phone now, as it is known here. */
const user = () =>
  read(["people", "meta"], async (at) => {
    const id = await got(at("meta").get("person"));
    return id && got(at("people").get(id));
  });

/** Somebody may have taken the phone meanwhile: after a while out of sight the PIN is asked for again. */
document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState === "hidden") return (hiddenAt = Date.now());
  const away = Date.now() - hiddenAt > PIN_AGAIN && document.body.dataset.resting !== "no";
  if (away && opened && opened === (await meta("person").catch(() => null))) location.reload();
});
