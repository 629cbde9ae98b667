// Home: what the clinic told this phone about the person who uses it: fetched where there is signal, else as it was kept.
import { heard } from "./elapsed.js";
import { skewFrom } from "./hours.js";
import { alone, flush, revive } from "./outbox.js";
import { ask } from "./sending.js";
import { isNews, offerAgain, prune } from "./sent.js";
import { got, meta, ofPerson, read, write } from "./store.js";

const PATH = "/app/home.json";

/** Who used this phone last; null when nobody did or nothing can be kept. */
export const lastPerson = () => meta("person").catch(() => null);

/** { home, clock, rows } as kept for a person, with what the outbox holds of them, or null. */
export async function remembered(person) {
  if (!person) return null;
  return read(["home", "meta", "outbox"], async (at) => {
    const asked = [at("home").get(person), at("meta").get("clock"), at("outbox").getAll()];
    const [kept, clock, rows] = await Promise.all(asked.map(got));
    return kept ? { home: kept.home, clock: clock ?? kept.clock, rows: rows.filter((row) => row.person === person) } : null;
  }).catch(() => null);
}

/** Ask the clinic. → { state: "answered", home, clock } or { state: "later" | "signed-out" | "which-person" | "locked" | "gone" }. */
export async function fetched(person) {
  const [acked, user] = await Promise.all([meta("acked"), meta("person")]).catch(() => [null, null]);
  const began = Date.now();
  const { state, status, told, clock } = await ask(PATH, { person });
  if (state !== "answered") return { state };
  if (status === 409) return { state: "which-person" };
  if (status === 423) return { state: "locked" };
  if (status >= 400) return { state: "gone" };
  const time = { skew: await skewFrom(clock ?? heard(told.now, began, Date.now())), heard: Date.parse(told.now) };
  await keepHome(told, time, { acked, asked: person ?? user, user }).catch(() => {}); // where nothing can be kept it is still shown
  return { state, home: told, clock: time };
}

/**
 * From now on this person uses the phone. An answer that comes after somebody else has taken it is not kept: the user is
 * no longer who it was when the clinic was asked. What was sent before this was fetched is in it: its plain copy goes.
 */
async function keepHome(home, clock, { acked, asked, user }) {
  const { id: person } = home.person;
  await write(["home", "people", "meta", "outbox"], async (at) => {
    const now = (await got(at("meta").get("person"))) ?? null;
    if (now !== user || asked !== user) return;
    at("home").put({ person, home, clock });
    at("meta").put(person, "person");
    at("meta").put(clock, "clock");
    for (const one of home.people ?? [home.person]) at("people").put(one);
    for (const row of await got(at("outbox").getAll())) {
      if (row.person === person && row.state === "sent" && row.acked <= (acked ?? 0)) at("outbox").delete(row.seq);
    }
  });
  await revive(person);
  await prune(person, clock.heard);
  if ((await isNews(home.epoch)) && (await alone(() => offerAgain(home.epoch)))) flush();
}

/** The session has ended: what the clinic told goes from this phone, entries that wait and closed copies stay. */
export async function conceal(person) {
  if (!person) return;
  await write(["home", "parts"], (at) => {
    at("home").delete(person);
    at("parts").delete(ofPerson(person));
  });
}

/** Nothing of this person stays on the phone: not what was told, kept, sent or waiting. */
export async function forget(person) {
  await write(["home", "people", "parts", "outbox", "sent", "meta"], async (at) => {
    at("home").delete(person);
    at("people").delete(person);
    at("parts").delete(ofPerson(person));
    at("sent").delete(ofPerson(person));
    at("meta").delete(`epoch/${person}`);
    at("meta").delete(`pin/${person}`);
    if ((await got(at("meta").get("person"))) === person) at("meta").delete("person");
    for (const row of await got(at("outbox").getAll())) if (row.person === person) at("outbox").delete(row.seq);
  });
}
