// Store: what this phone keeps, in IndexedDB. A thin promise wrapper of our own (docs/adr/0007); every write is strict:
// it is on the disk before anybody is told that it is saved. Everything of a person stands under that person's id.

const NAME = "tracker";
const VERSION = 1;
let opening = null;

/** The database; rejects where this browser keeps nothing (private windows, a full disk). */
function open() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => lay(asked.result);
    asked.onsuccess = () => resolve(lent(asked.result));
    asked.onerror = () => reject(asked.error);
  }).catch((error) => {
    opening = null;
    throw error;
  });
  return opening;
}

/** people: whom this phone knows · home, parts: what the server told last · outbox: entries · sent: encrypted copies · meta. */
function lay(db) {
  db.createObjectStore("people", { keyPath: "id" });
  db.createObjectStore("home", { keyPath: "person" });
  db.createObjectStore("parts", { keyPath: ["person", "path"] });
  db.createObjectStore("outbox", { keyPath: "seq" }).createIndex("id", "id", { unique: true });
  db.createObjectStore("sent", { keyPath: ["person", "id"] });
  db.createObjectStore("meta");
}

/** A connection that makes way for a newer version and is opened anew when the browser closes it. */
function lent(db) {
  db.onversionchange = () => db.close();
  db.onclose = () => (opening = null);
  return db;
}

/** write(["outbox"], async (at) => …): one transaction; resolves with what the work returns, after it is on the disk. */
export const write = (names, work) => within(names, "readwrite", work);

/** The same for looking only. */
export const read = (names, work) => within(names, "readonly", work);

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

async function within(names, mode, work) {
  const transaction = await begun(names, mode);
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
async function begun(names, mode) {
  try {
    return (await open()).transaction(names, mode, { durability: "strict" });
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    opening = null;
    return (await open()).transaction(names, mode, { durability: "strict" });
  }
}

function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // it has ended already
  }
}
