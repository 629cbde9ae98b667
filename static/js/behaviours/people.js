// People: who is on this phone, and the ways on and off it. The sentences stand in the page; what changes anything goes
// through the API, as the person whose page this is.
import { copy } from "../copy.js";
import { forget } from "../home.js";
import { refused, waiting } from "../outbox.js";
import { turnTo } from "../person.js";
import { keepCheck } from "../pin.js";
import { redeem, tell } from "../redeem.js";
import { got, read, write } from "../store.js";
import { ios, standalone } from "../where.js";

const ASK_EVERY = 2_000; // milliseconds
const LONGEST = 10 * 60_000;

/** `context` is the shell's or the page's: { flush, reload }. */
export default function people(root, context = {}) {
  const { me, phone } = root.dataset;
  const note = root.querySelector("[data-note]");
  const each = (mark, type, work) => {
    for (const one of root.querySelectorAll(`[${mark}]`)) one.addEventListener(type, (event) => work(one, event));
  };
  const reload = () => (context.reload ? context.reload() : location.reload());
  const say = (text) => {
    note.textContent = text;
    note.hidden = false;
    note.scrollIntoView({ block: "nearest" });
  };
  /** What the clinic was told as this person; null, and said why, when it did not take it. */
  const told = async (path, how) => {
    const answer = await tell(path, { person: me, ...how });
    if (answer.state !== "done") say(answer.message || root.dataset.noAnswer);
    return answer.state === "done" ? answer : null;
  };

  each("data-use", "click", ({ dataset }) => turnTo({ id: dataset.use, initials: dataset.initials, carer: "carer" in dataset, pin: "pin" in dataset }));

  each("data-add", "submit", async (form, event) => {
    event.preventDefault();
    const answer = await redeem(form.elements.code.value.trim() || "-");
    if (answer.state === "joined") return turnTo(answer.told.person);
    return complain(form, answer.message || root.dataset.noAnswer);
  });

  each("data-pin-form", "submit", async (form, event) => {
    event.preventDefault();
    const { pin, same } = form.elements;
    const { different, digits } = form.querySelector("[data-error]").dataset;
    if (!/^[0-9]{4,6}$/.test(pin.value)) return complain(form, digits);
    if (pin.value !== same.value) return complain(form, different);
    return setPin(pin.value);
  });
  each("data-no-pin", "click", () => setPin(null));

  const setPin = async (pin) => {
    if (!(await told("/api/v1/me/pin", { method: "PUT", body: { pin } }))) return;
    await keepCheck(me, pin);
    await mark(me, pin !== null);
    await reload();
  };

  each("data-invite", "click", async ({ dataset }) => {
    const answer = await told("/api/v1/invitations", { body: { way: "screen", carer: "carer" in dataset } });
    if (!answer) return;
    const box = fill("invitation", answer.told);
    box.querySelector("img").src = answer.told.qr;
    watch(answer.told.id, Date.now() + LONGEST);
  });

  each("data-install", "click", async () => {
    const answer = await told("/api/v1/invitations", { body: { way: "app" } });
    if (!answer) return;
    const button = fill("steps", answer.told).querySelector("[data-copy]");
    button.addEventListener("click", () => copy(answer.told.url).then(() => (button.textContent += " ✓")), { once: true });
  });
  for (const one of root.querySelectorAll("[data-install]")) one.hidden = !ios() || standalone();

  function fill(which, made) {
    const box = root.querySelector("[data-invited]");
    box.replaceChildren(root.querySelector(`template[data-${which}]`).content.cloneNode(true));
    if (made) box.querySelector("[data-code]").textContent = made.code;
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
    return box;
  }

  /** Until the other phone has come, or the code is old, or somebody goes elsewhere. */
  function watch(id, until) {
    setTimeout(async () => {
      if (!root.isConnected || Date.now() > until) return;
      const answer = document.hidden ? null : await tell(`/api/v1/invitations/${id}`, { method: "GET", person: me });
      if (answer?.told?.state === "joined") return fill("came", null);
      return watch(id, until);
    }, ASK_EVERY);
  }

  each("data-drop", "click", async ({ dataset }) => (await told(`/api/v1/me/phones/${dataset.drop}`, { method: "DELETE" })) && reload());

  let sure = false;
  each("data-off", "click", async ({ dataset }) => {
    await context.flush?.({ now: true });
    const left = (await Promise.all([waiting(me), refused(me)])).flat().length;
    if (left && !sure) return (sure = true) && say(dataset.left);
    if (!(await told(`/api/v1/me/phones/${phone}`, { method: "DELETE" }))) return;
    await forget(me);
    const [next] = await read(["people"], (at) => got(at("people").getAll()));
    return next ? turnTo(next) : location.assign("/app");
  });
}

function complain(form, text) {
  const error = form.querySelector("[data-error]");
  error.textContent = text;
  error.hidden = false;
  form.querySelector("input").focus();
}

/** The phone knows at once whether to ask for the PIN when it is opened next. */
const mark = (id, pin) =>
  write(["people"], async (at) => {
    const known = await got(at("people").get(id));
    if (known) at("people").put({ ...known, pin });
  });
