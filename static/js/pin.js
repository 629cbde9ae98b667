// PIN: four to six digits before one person's screens. With signal the clinic judges it, and counts; without signal the
// phone does, by a slow hash kept beside what it knows of the person. It keeps others who use this phone out of sight of
// the screens; it does not encrypt what the phone keeps (docs/privacy.md).
import { codeForm } from "./code_form.js";
import { actions, button, element, head, show } from "./dom.js";
import { here, screen } from "./here.js";
import { conceal } from "./home.js";
import { turnTo } from "./person.js";
import { tell } from "./redeem.js";
import { got, meta, read, write } from "./store.js";
import { words } from "./words.js";

const ROUNDS = 600_000; // of PBKDF2 with SHA-256
const GONE = new Set(["not_here", "sign_in_needed"]); // the phone no longer speaks for the person
const TRIES = 5; // without signal; with signal the clinic counts
let typed = null; // { id, pin }: the clinic may ask again for what was typed without signal

/** Show the question; resolves when the PIN was right. */
export async function ask(person) {
  here.locked = here.resting = true;
  const people = await read(["people"], (at) => got(at("people").getAll())).catch(() => []);
  const others = people.filter(({ id }) => id !== person.id);
  return new Promise((resolve) => {
    const form = question(person, others, async (pin, complain) => {
      const said = await judged(person.id, pin);
      if (said === "right") return resolve(open(person, pin));
      if (said === "used-up") return usedUp(person);
      return complain(said);
    });
    show(screen, form);
    form.elements.pin.focus();
  });
}

function open({ id }, pin) {
  typed = { id, pin };
  here.locked = false;
}

/** Tell the clinic the PIN that was typed on this page; true when it is content. */
export async function again(id) {
  if (typed?.id !== id) return false;
  return (await tell("/api/v1/me/open", { person: id, body: { pin: typed.pin } })).state === "done";
}

/** Keep what a PIN is checked by without signal; null: there is none any more. */
export async function keepCheck(id, pin) {
  typed = pin === null ? null : { id, pin };
  const check = pin === null ? null : await made(pin);
  await write(["meta"], (at) => (check ? at("meta").put(check, `pin/${id}`) : at("meta").delete(`pin/${id}`)));
}

function question(person, others, answer) {
  const field = element("input", {
    id: "pin",
    type: "password",
    inputmode: "numeric",
    autocomplete: "off",
    maxlength: "6",
    "aria-describedby": "pin-error",
    required: true,
  });
  const error = element("p", { class: "error", id: "pin-error", role: "alert", hidden: true });
  const complain = (text) => {
    error.textContent = text;
    error.hidden = false;
    field.value = "";
    field.focus();
  };
  const form = element(
    "form",
    { class: "form pin", novalidate: true },
    head(person.initials),
    element("div", { class: "field" }, element("label", { for: "pin" }, words.pinOf(person.initials)), field, error),
    actions(
      element("button", { class: "button primary big" }, words.openPin),
      others.map((one) => button(words.goOnAs(one.initials), () => turnTo(one))),
      button(words.forgotPin, () => usedUp(person, words.forgotPin), "plain"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    error.hidden = true;
    answer(field.value, complain);
  });
  return form;
}

/** The clinic's word counts; the phone's own check stands in for it without signal. → "right", "used-up", or what is wrong. */
async function judged(id, pin) {
  const answer = await tell("/api/v1/me/open", { person: id, body: { pin } });
  if (answer.state === "unsent") return offline(id, pin);
  if (answer.state === "done") await keepCheck(id, pin).catch(() => {});
  if (GONE.has(answer.code)) await conceal(id); // whatever was typed, nothing is behind it
  if (answer.state === "done" || GONE.has(answer.code)) return "right";
  return answer.code === "pin_used_up" ? "used-up" : answer.message;
}

async function offline(id, pin) {
  const check = await meta(`pin/${id}`).catch(() => null);
  if (!check || check.wrong >= TRIES) return words.pinNeedsSignal;
  const right = same(await hashed(pin, check.salt, check.rounds), check.hash);
  await write(["meta"], (at) => at("meta").put({ ...check, wrong: right ? 0 : check.wrong + 1 }, `pin/${id}`)).catch(() => {});
  return right ? "right" : words.pinWrong;
}

/** Five wrong ones: a new code from the clinic takes the PIN away. */
function usedUp(person, title = words.pinUsedUp) {
  const back = button(words.back, () => location.reload(), "plain"); // to the question, and to the others on this phone
  show(screen, head(title), element("p", { class: "lead soft" }, words.pinUsedUpMore(person.initials)), actions(codeForm(), back));
}

async function made(pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return { salt, rounds: ROUNDS, hash: await hashed(pin, salt, ROUNDS), wrong: 0 };
}

async function hashed(pin, salt, iterations) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256));
}

const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
