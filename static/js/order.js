// Order: which entries go out next, and what waits for what. Pure; a row is an entry with its number `seq` and its `state`.

export const MOST = 500; // readings in one request, as the server takes them
const LARGEST = 800_000; // characters of one request; the server takes a mebibyte
const READINGS = "/api/v1/readings/";

/** Readings travel together; a visit and a report go one by one. */
export const isReading = ({ path }) => path.startsWith(READINGS);

/**
 * The rows that go out in the next request, oldest first, all of one person; [] = nothing can go. `alone`: one by one;
 * `past`: whose entries cannot go now; `faulty`: those that the tracker had a fault with.
 */
export function next(rows, { past = new Set(), faulty = new Set(), alone = false } = {}) {
  const held = blocked(rows, faulty);
  const free = rows.filter((row) => row.state === "waiting" && !held.has(row.id) && !past.has(row.person)).sort(bySeq);
  const first = free[0];
  if (!first || alone || !isReading(first)) return first ? [first] : [];
  return together(free.filter((row) => row.person === first.person));
}

/** The ids that wait behind a refused or faulty entry because they name it: its correction, the scores of its visit. */
function blocked(rows, faulty) {
  const held = new Set([...faulty, ...rows.filter((row) => row.state === "refused").map((row) => row.id)]);
  const visits = new Set(rows.filter((row) => faulty.has(row.id)).map((row) => row.path.split("/").at(-1)));
  for (const row of [...rows].sort(bySeq)) if (held.has(row.body.supersedes) || visits.has(row.body.session_id)) held.add(row.id);
  return held;
}

/** An entry and all that name it, one after the other: one answer with its corrections. */
export function chain(rows, id) {
  const found = new Set([id]);
  for (const row of [...rows].sort(bySeq)) if (found.has(row.body.supersedes)) found.add(row.id);
  return rows.filter((row) => found.has(row.id)).sort(bySeq);
}

/** As many readings in a row as one request takes; a correction waits for the answer about what it corrects. */
function together(rows) {
  const taken = [];
  const ids = new Set();
  let size = 0;
  for (const row of rows) {
    size += JSON.stringify(row.body).length;
    const fits = taken.length < MOST && (size < LARGEST || !taken.length);
    if (!isReading(row) || !fits || ids.has(row.body.supersedes)) break;
    taken.push(row);
    ids.add(row.id);
  }
  return taken;
}

export const bySeq = (one, other) => one.seq - other.seq;
