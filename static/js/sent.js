// Sent: closed copies of what the server has stored, for 30 days. When its store was put back from a copy of its own
// (the epoch changes), the phone asks which of them are missing there and sends those again. The copies are encrypted
// with a key that this browser uses but never hands out.
import { isReading } from "./order.js";
import { ask } from "./sending.js";
import { got, meta, ofPerson, read, write } from "./store.js";

const KEPT = 30 * 86_400_000; // milliseconds
const MOST_IDS = 1000; // in one question

/** A closed copy of a row that was sent; null where this browser has no cryptography (no https). */
export async function shut(row) {
  const key = await keyOf();
  if (!key) return null;
  const { id, person, path, method, body, saved, seq, clock } = row;
  const { skew } = (await meta("clock")) ?? clock; // by the clinic's clock of today, whatever the phone's was on save
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify({ path, method, body, saved, clock }));
  return { person, id, seq, at: Date.now() + skew, iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text) };
}

/** The row inside a closed copy. */
async function unshut({ person, id, seq, iv, data }) {
  const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await keyOf(), data);
  return { id, person, seq, ...JSON.parse(new TextDecoder().decode(text)) };
}

/** Take copies older than 30 days away; `now` is the server's time. */
export async function prune(person, now) {
  await write(["sent"], async (at) => {
    for (const { id, at: sentAt } of await got(at("sent").getAll(ofPerson(person)))) {
      if (now - sentAt > KEPT) at("sent").delete([person, id]);
    }
  });
}

/** Whether somebody on this phone holds copies and has not yet been asked for in this epoch. */
export async function isNews(epoch) {
  const known = await Promise.all([...(await everybody())].map((person) => meta(`epoch/${person}`)));
  return Boolean(epoch) && known.some((heard) => heard !== epoch);
}

/**
 * The server's epoch as it stands now. Another one than last time: what is missing there waits in the outbox again, in
 * its old order, for everybody on this phone. → how many. Nothing may be on its way meanwhile: an answer from before the
 * store was put back would make its copy only after the looking.
 */
export async function offerAgain(epoch) {
  let offered = 0;
  for (const person of await everybody()) offered += await offerOf(person, epoch);
  return offered;
}

/** All of whom this phone holds copies. */
async function everybody() {
  const keys = await read(["sent"], (at) => got(at("sent").getAllKeys()));
  return new Set(keys.map(([person]) => person));
}

/** The new epoch is written down only after what is missing waits again, so that a kill in between begins anew. */
async function offerOf(person, epoch) {
  const name = `epoch/${person}`;
  if ((await meta(name)) === epoch) return 0;
  const again = await missing(person);
  if (again === null) return 0; // no answer: next time
  const rows = await Promise.all(again.map(unshut));
  await write(["outbox", "meta"], async (at) => {
    for (const row of rows) at("outbox").put({ ...row, state: "waiting", tries: 0 });
    for (const row of await got(at("outbox").getAll())) if (lostItsFirst(row, person)) at("outbox").put({ ...row, state: "waiting" });
    at("meta").put(epoch, name);
  });
  return rows.length;
}

/** A correction that was refused because the store had lost what it corrects: that goes out again, and then this. */
const lostItsFirst = (row, person) => row.person === person && row.state === "refused" && row.code === "unknown_reading";

/** The copies that the store lacks. Visits and reports have no such question: sending them again changes nothing. */
async function missing(person) {
  const copies = await read(["sent"], (at) => got(at("sent").getAll(ofPerson(person))));
  const opened = await Promise.all(copies.map(unshut));
  const ids = opened.filter(isReading).map(({ id }) => id);
  const lacking = new Set(opened.filter((row) => !isReading(row)).map(({ id }) => id));
  for (let from = 0; from < ids.length; from += MOST_IDS) {
    const body = { ids: ids.slice(from, from + MOST_IDS) };
    const { status, told } = await ask("/api/v1/readings/missing", { method: "POST", person, body });
    if (status !== 200) return null;
    told.missing.forEach((id) => lacking.add(id));
  }
  return copies.filter(({ id }) => lacking.has(id));
}

/** This browser's key; made once, never readable. */
async function keyOf() {
  if (!self.crypto?.subtle) return null;
  const known = await meta("key");
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return write(["meta"], async (at) => {
    const other = await got(at("meta").get("key")); // another tab was quicker
    if (!other) at("meta").put(made, "key");
    return other ?? made;
  });
}
