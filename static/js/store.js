// Store: what this phone keeps, in IndexedDB. A thin promise wrapper of our own (docs/adr/0007); every write is strict:
// it is on the disk before anybody is told that it is saved. Everything of a person stands under that person's id.
// Where the browser can, it stands twice (docs/adr/0022): one of the two may be lost with a phone that dies in a write.

const NAME = "tracker";
const VERSION = 1;
const STORES = ["people", "home", "parts", "outbox", "sent", "meta"];
const TURN = "turn"; // in `meta`: how many writes this database has seen
const LINE = "line"; // in `meta`: which beginning they go back to
const first = place(async () => indexedDB);
const twin = place(async () => (bucket ??= await navigator.storageBuckets.open("twin", { durability: "strict" })).indexedDB);
const twice = () => Boolean(navigator.storageBuckets && navigator.locks);
let bucket = null; // held on to: once it is garbage, its databases answer no more (Chromium 156)
let found = false; // whether the first one may be read as it is
let level = null; // resolves when both hold the same

/** write(["outbox"], async (at) => …): one transaction; resolves with what the work returns, after it is on the disk. */
export const write = (names, work) => (twice() ? alone(() => inBoth(names, work)) : within(first, names, "readwrite", work));

/** The same for looking only. */
export async function read(names, work) {
  if (found) return look(names, work);
  const [turn, result] = await look([...names, "meta"], (at) => Promise.all([turnAt(at), work(at)]));
  if (turn) found = true;
  else await find();
  return turn ? result : look(names, work);
}

/**
 * Make both hold the same before anything has to be written: it takes a moment that nobody should wait for on Save.
 * → true where this page may have read what was not all.
 */
export const steady = async () => twice() && alone(evened);

/** A request as a promise; inside a transaction nothing else may be waited for. */
export const got = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** One value of `meta`, or null. */
export const meta = (name) => read(["meta"], async (at) => (await got(at("meta").get(name))) ?? null);

/** All of one person in a store whose key begins with the person. */
export const ofPerson = (person) => IDBKeyRange.bound([person], [person, []]);

/** people: whom this phone knows · home, parts: what the server told last · outbox: entries · sent: encrypted copies · meta. */
function lay(db) {
  db.createObjectStore("people", { keyPath: "id" });
  db.createObjectStore("home", { keyPath: "person" });
  db.createObjectStore("parts", { keyPath: ["person", "path"] });
  db.createObjectStore("outbox", { keyPath: "seq" }).createIndex("id", "id", { unique: true });
  db.createObjectStore("sent", { keyPath: ["person", "id"] });
  db.createObjectStore("meta");
}

/** One of the two databases; `open` rejects where this browser keeps nothing (private windows, a full disk). */
function place(factory) {
  const made = { opening: null, damaged: false, open };
  return made;

  function open() {
    made.opening ??= factory().then(opened).catch((error) => {
      made.opening = null;
      throw error;
    });
    return made.opening;
  }

  function opened(databases) {
    return new Promise((resolve, reject) => {
      const asked = databases.open(NAME, VERSION);
      asked.onupgradeneeded = ({ dataLoss }) => {
        made.damaged = dataLoss === "total"; // only Chromium tells
        lay(asked.result);
        if (twice()) twin.open().catch(() => {}); // it will be looked into at once
      };
      asked.onsuccess = () => resolve(lent(asked.result));
      asked.onerror = () => reject(asked.error);
    });
  }

  /** A connection that makes way for a newer version and is opened anew when the browser closes it. */
  function lent(db) {
    db.onversionchange = () => db.close();
    db.onclose = () => {
      made.opening = null;
      again();
    };
    return db;
  }
}

/** Nothing is known of the two any more. */
function again() {
  found = false;
  level = null;
}

/** A first database without a write is a new phone's, or was given up by the browser: then the twin fills it, or `lost` says when. */
async function find() {
  if (twice()) await alone(evened);
  if (first.damaged && !(await turnOf(first))) await within(first, ["meta"], "readwrite", (at) => at("meta").put(Date.now(), "lost"));
  found = true;
}

/** Both hold the same from now on; what could not be made so is tried again with the next write. */
const evened = () => (level ??= even().catch((error) => {
  level = null;
  throw error;
}));

/** In every tab and in the service worker one at a time: the two see the same writes in the same order. */
const alone = (work) => navigator.locks.request("store", work);

/** First here, then there: a phone that dies in between or in the middle damages one of them at most. */
async function inBoth(names, work) {
  await evened();
  const done = [];
  let turn = 0;
  const result = await within(first, [...new Set([...names, "meta"])], "readwrite", async (at) => {
    const told = await work((name) => noting(at(name), done));
    turn = await turnAt(at);
    if (done.length) count(noting(at("meta"), done), turn);
    return told;
  });
  if (done.length) await follow(done, turn);
  return result;
}

/** One write more; the first one says that something begins here. */
function count(meta, turn) {
  if (!turn) meta.put(crypto.randomUUID(), LINE);
  meta.put(turn + 1, TURN);
}

/** An object store whose changes are noted down. */
function noting(store, done) {
  const noted = (how) => (...given) => {
    done.push({ name: store.name, how, given });
    return store[how](...given);
  };
  return { put: noted("put"), delete: noted("delete"), get: (key) => store.get(key), getAll: (keys) => store.getAll(keys) };
}

/** The twin does the same where it saw all `turn` writes before; else, if it can, it becomes a copy. What is saved is saved. */
async function follow(done, turn) {
  const names = [...new Set(done.map(({ name }) => name))];
  const work = async (at) => {
    if ((await turnAt(at)) !== turn) throw new Error("the twin missed a write");
    done.forEach(({ name, how, given }) => at(name)[how](...given));
  };
  await within(twin, names, "readwrite", work).catch(() => {
    level = null;
    return evened().catch(() => {});
  });
}

/** The one that saw fewer writes becomes what the other is; of two with beginnings of their own nothing that waits is left out. */
async function even() {
  const [here, there] = await Promise.all([story(first), story(twin).catch(() => null)]);
  const apart = Boolean(there && here.turn && there.turn && here.line !== there.line);
  if (apart) await unite(here.turn + there.turn);
  else if (there?.turn > here.turn) await copy(twin, first);
  if (there && (apart || here.turn > there.turn)) await copy(first, twin).catch(() => {});
  return apart;
}

/** The first was given up while the twin could not be reached, and begun anew: the twin's story goes on with what waits here. */
async function unite(turn) {
  const since = await within(first, ["outbox"], "readonly", (at) => got(at("outbox").getAll()));
  await copy(twin, first, async (at) => {
    const [known, seq] = await Promise.all([got(at("outbox").getAll()), got(at("meta").get("seq"))]);
    const ours = since.filter((row) => row.state !== "sent" && known.every(({ id }) => id !== row.id));
    ours.forEach((row, n) => at("outbox").put({ ...row, seq: (seq ?? 0) + n + 1 }));
    at("meta").put((seq ?? 0) + ours.length, "seq");
    at("meta").put(turn, TURN);
  });
}

const story = (one) => within(one, ["meta"], "readonly", async (at) => ({ turn: await turnAt(at), line: await got(at("meta").get(LINE)) }));
const turnAt = async (at) => (await got(at("meta").get(TURN))) ?? 0;
const turnOf = (one) => within(one, ["meta"], "readonly", turnAt);
const look = (names, work) => within(first, names, "readonly", work);

async function copy(from, to, more = () => {}) {
  const all = await within(from, STORES, "readonly", (at) => Promise.all(STORES.map((name) => contents(at(name)))));
  await within(to, STORES, "readwrite", (at) => {
    STORES.forEach((name, n) => {
      at(name).clear();
      all[n].forEach(([key, value]) => (at(name).keyPath ? at(name).put(value) : at(name).put(value, key)));
    });
    return more(at);
  });
}

async function contents(store) {
  const [keys, values] = await Promise.all([got(store.getAllKeys()), got(store.getAll())]);
  return keys.map((key, n) => [key, values[n]]);
}

async function within(one, names, mode, work) {
  const transaction = await begun(one, names, mode);
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new Error("the store gave up"));
  });
  done.catch(() => {}); // told below, once
  const result = await Promise.resolve(work((name) => transaction.objectStore(name))).catch((error) => {
    if (mode === "readwrite") abort(transaction);
    throw error;
  });
  await done;
  return result;
}

/** A connection that was closed under us is opened once more. */
async function begun(one, names, mode) {
  try {
    return (await one.open()).transaction(names, mode, { durability: "strict" });
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    one.opening = null;
    return (await one.open()).transaction(names, mode, { durability: "strict" });
  }
}

function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // it has ended already
  }
}
