// Outbox: every answer is written here before anybody is told that it is saved, and goes out when there is signal.
// One flusher at a time over all tabs and the service worker. An entry leaves only when the server has said that it is
// stored; a lost answer means the same bytes once more. The phone's own order is kept for each person.
import { elapse } from "./hours.js";
import { chain, isReading, next } from "./order.js";
import { post } from "./sending.js";
import { shut } from "./sent.js";
import { got, meta, read, write } from "./store.js";

const FIRST_WAIT = 2_000; // milliseconds after the first try without an answer, doubled each time
const LONGEST_WAIT = 300_000;
const MANY = 3; // faults in one run
const others = "BroadcastChannel" in self ? new BroadcastChannel("outbox") : null;
const watchers = new Set();
let queued = null;
let asked = null;

/** Write these entries durably, in one transaction; rejects where nothing can be kept. Sending starts and is not waited for. */
export async function keep(entries) {
  await put(entries);
  holdOn();
  flush();
}

/** What of a person is not at the server yet and not refused, oldest first. */
export const waiting = async (person) => (await rows()).filter((row) => row.person === person && row.state === "waiting");

/** What the server did not take, each with `code` and `reason`, oldest first. */
export const refused = async (person) => (await rows()).filter((row) => row.person === person && row.state === "refused");

/** Everything of a person that the home on this phone does not know yet: waiting, refused, and sent since it was fetched. */
export const kept = async (person) => (await rows()).filter((row) => row.person === person);

/** A changed answer in place of a refused one and of the corrections that waited for it. */
export async function replace(oldId, entry) {
  await put([entry], oldId);
  flush();
}

/** Take back what the server never took. */
export async function drop(id) {
  await put([], id);
}

/** Send what can go. At most one more run waits behind the one that is under way; → "sent", "waiting" or "signed-out". */
export function flush({ now = false } = {}) {
  queued ??= alone(async () => {
    queued = null;
    const state = await sendAll(now).catch(() => "waiting");
    announce();
    return state;
  });
  return queued;
}

/** Tell me whenever something was saved, sent or refused, in any tab. */
export const watch = (told) => watchers.add(told);

/** What the last sending came to: { state: "sent" | "waiting" | "signed-out", until, tries, asked: by the server }. */
export const mail = async () => (await meta("mail")) ?? { state: "sent", until: 0, tries: 0 };

/** Refused entries whose person was not on this phone's list go out again once that person is. */
export async function revive(person) {
  await write(["outbox"], async (at) => {
    for (const row of await got(at("outbox").getAll())) {
      if (row.person === person && row.state === "refused" && ELSEWHERE.has(row.code)) at("outbox").put({ ...row, state: "waiting" });
    }
  });
}

const ELSEWHERE = new Set(["not_here", "which_person"]);

others?.addEventListener("message", () => watchers.forEach((told) => told()));

/** Resolves when everybody in this tab has heard: the word at the top is right before an answer is called saved. */
function announce() {
  others?.postMessage("changed");
  return Promise.allSettled([...watchers].map((told) => told()));
}

/** Ask the browser once, when there is something to lose, not to throw it away when the phone is full. */
function holdOn() {
  asked ??= navigator.storage?.persist?.().catch(() => false);
}

const rows = () => read(["outbox"], (at) => got(at("outbox").getAll()));

/** One at a time over all tabs and the service worker: sending, and looking what a restored store lacks. */
export const alone = (work) => (navigator.locks ? navigator.locks.request("outbox", work) : work());

/** Entries get the phone's next numbers in the transaction that stores them: no two tabs can share one. */
async function put(entries, instead = null) {
  await write(["outbox", "meta"], async (at) => {
    const all = await got(at("outbox").getAll());
    let seq = (await got(at("meta").get("seq"))) ?? 0;
    const clock = (await got(at("meta").get("clock"))) ?? { skew: 0, heard: null };
    if (instead) for (const row of chain(all, instead)) if (row.state !== "sent") at("outbox").delete(row.seq);
    for (const entry of entries) {
      if (all.some(({ id }) => id === entry.id)) continue; // a second tap on Save
      seq += 1;
      at("outbox").put({ ...numbered(entry, seq), seq, clock: { at: Date.now(), ...clock }, state: "waiting", tries: 0 });
    }
    at("meta").put(seq, "seq");
  });
  await announce();
}

const numbered = (entry, seq) => (isReading(entry) ? { ...entry, body: { ...entry.body, device_seq: seq } } : entry);

async function sendAll(now) {
  const before = await mail();
  if (resting(before, now)) return before.state;
  const run = { before, past: new Set(), faulty: new Set(), alone: false, tries: before.tries, state: "sent" };
  while (await sendNext(run));
  return run.state;
}

/**
 * After a try without an answer nothing is tried for a while; `now` (a start, signal, a tap) ends that, unless the server
 * itself asked for the time. A clock that was changed ends it too.
 */
function resting({ until, tries, asked }, now) {
  const left = until - Date.now();
  return tries > 0 && left > 0 && left <= LONGEST_WAIT * 2 && (asked || !now);
}

/** One request; false when there is nothing more to do. */
async function sendNext(run) {
  const all = await rows();
  const batch = next(all, run);
  if (!batch.length) return finish(run);
  const hour = await elapse(batch);
  if (!hour) return stop(run, { state: "later", wait: null });
  const { going, sentAt } = hour;
  const answer = await post(going, sentAt);
  if (answer.clock) await write(["meta"], (at) => at("meta").put(answer.clock, "clock"));
  if (answer.state === "split") return (run.alone = true);
  if (answer.fault) return passOver(run, going);
  if (answer.state !== "answered") return stop(run, answer);
  await settle(going, answer.results);
  run.tries = 0;
  return true;
}

/**
 * The tracker has a fault with what was sent: each by itself tells with which. That one waits, with what names it, and the
 * others go; after some of them it is no fault of one entry.
 */
async function passOver(run, going) {
  if (going.length > 1) return (run.alone = true);
  run.faulty.add(going[0].id);
  await write(["outbox"], async (at) => {
    const row = await got(at("outbox").get(going[0].seq));
    if (row) at("outbox").put({ ...row, faults: (row.faults ?? 0) + 1 });
  });
  return run.faulty.size < MANY || stop(run, { state: "later", wait: null });
}

async function finish(run) {
  if (run.faulty.size) return stop(run, { state: "later", wait: null });
  const known = run.before.state === "sent" && !run.before.tries;
  if (run.state === "sent" && !known) await note({ state: "sent", until: 0, tries: 0 });
  return false;
}

async function stop(run, { state, wait }) {
  run.tries += 1;
  run.state = state === "signed-out" ? state : "waiting";
  const pause = wait ?? Math.min(FIRST_WAIT * 2 ** (run.tries - 1), LONGEST_WAIT);
  await note({ state: run.state, until: Date.now() + pause, tries: run.tries, asked: Boolean(wait) });
  return false;
}

const note = (told) => write(["meta"], (at) => at("meta").put(told, "mail"));

/** A correction of what the server's store has lost, and which waits to go out again since this was on its way: it waits too. */
const tooEarly = ({ body }, code, all) => code === "unknown_reading" && all.some(({ id, state }) => id === body.supersedes && state === "waiting");

/** Write down what became of each; a stored one stays until the home on this phone knows it, and 30 days as a closed copy. */
async function settle(going, results) {
  const copies = await Promise.all(going.map((row, i) => (results[i].state === "stored" ? shut(row) : null)));
  await write(["outbox", "sent", "meta"], async (at) => {
    const acked = ((await got(at("meta").get("acked"))) ?? 0) + 1;
    at("meta").put(acked, "acked");
    const all = await got(at("outbox").getAll());
    going.forEach((row, i) => {
      const { state, code, reason } = results[i];
      if (state === "stored") at("outbox").put({ ...row, state: "sent", acked });
      else if (!tooEarly(row, code, all)) at("outbox").put({ ...row, state: "refused", code, reason });
      if (copies[i]) at("sent").put(copies[i]);
    });
  });
  announce();
}
