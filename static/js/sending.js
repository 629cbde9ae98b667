// Sending: one request with one entry or several, and what its answer means. Whatever is not plainly the tracker's own
// answer (a hotel's sign-in page, a proxy's error) counts as no answer: the entry stays and goes out later.
import { stamp } from "./clock.js";
import { heard } from "./elapsed.js";

const PATIENCE = 30_000; // milliseconds for one answer
const LONGEST_WAIT = 600_000; // whatever a Retry-After says
const LATER = new Set([408, 425, 429]);
const PROBLEM = "application/problem+json";
const FAULT = "internal_error"; // the tracker itself has a fault with what was sent
const FRESH = 300_000; // milliseconds for which the server's time, once heard, is taken as known
let last = null;

/**
 * Send these rows, of one person. → { state, results, wait, clock }
 * state: "answered" (results: one { state: "stored" | "refused", code, reason } a row), "later" (`fault`: the tracker's
 * own), "signed-out".
 */
export async function post(rows, sentAt) {
  const [one] = rows;
  const single = rows.length === 1;
  const path = single ? one.path : "/api/v1/readings/batch";
  const body = single ? one.body : { readings: rows.map(({ id, body: told }) => ({ id, ...told })) };
  const answer = await ask(path, { method: single ? "PUT" : "POST", person: one.person, body, sentAt });
  if (answer.state !== "answered") return answer;
  return { ...answer, ...(single ? judgeOne(answer, one) : judgeBatch(answer, rows)) };
}

/** One JSON request of a person; → { state, status, told, wait, language, clock }. */
export async function ask(path, { method = "GET", person = null, body = null, sentAt = null } = {}) {
  const began = Date.now();
  try {
    const answer = await fetch(path, {
      method,
      headers: headers(person, body, sentAt),
      body: body && JSON.stringify(body),
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const clock = listen(heard(answer.headers.get("Date"), began, Date.now()));
    return { ...meaning(answer, await spoken(answer)), language: answer.headers.get("Content-Language"), clock };
  } catch {
    return { state: "later", wait: null, clock: null };
  }
}

/** What the server's clock said a moment ago; null when that is long ago or this phone's clock has jumped since. */
export function lately() {
  if (!last || performance.now() - last.mono > FRESH) return null;
  const drift = Date.now() - last.phone - (performance.now() - last.mono);
  return Math.abs(drift) < 2000 ? last.clock : null;
}

function listen(clock) {
  if (clock) last = { clock, phone: Date.now(), mono: performance.now() };
  return clock;
}

function headers(person, body, sentAt) {
  const told = { Accept: "application/json" };
  if (person) told["X-Person"] = person;
  if (body) told["Content-Type"] = "application/json";
  if (sentAt !== null) told["X-Sent-At"] = stamp(new Date(sentAt));
  return told;
}

/** The answer's JSON, or null when it is not ours. */
async function spoken(answer) {
  const type = answer.headers.get("Content-Type") ?? "";
  return /^application\/(problem\+)?json\b/.test(type) ? answer.json() : null;
}

function meaning(answer, told) {
  const { status } = answer;
  const ours = answer.ok ? told !== null : (answer.headers.get("Content-Type") ?? "").startsWith(PROBLEM) && told?.code;
  const wait = seconds(answer.headers.get("Retry-After"));
  if (!ours || status >= 500 || LATER.has(status)) return { state: "later", status, wait, fault: told?.code === FAULT };
  if (status === 401 || status === 403) return { state: "signed-out", status, told };
  return { state: "answered", status, told };
}

/** Milliseconds of a Retry-After in seconds or as a date; null when there is none. */
export function seconds(told, now = Date.now()) {
  if (!told) return null;
  const wait = /^\d+$/.test(told) ? Number(told) * 1000 : Date.parse(told) - now;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), LONGEST_WAIT);
}

/** Stored only if the answer names the entry: no other page answers with our id. */
function judgeOne({ status, told }, { path }) {
  if (status >= 400) return { results: [refusal(told)] };
  return told.id === path.split("/").at(-1) ? { results: [{ state: "stored" }] } : { state: "later", wait: null };
}

function judgeBatch({ status, told }, rows) {
  if (status >= 400) return { state: "split" }; // the request as a whole was refused: each by itself will tell which one
  if (told.results?.length !== rows.length) return { state: "later", wait: null };
  return { results: told.results.map((one) => (one.status === "refused" ? refusal(one) : { state: "stored" })) };
}

const refusal = ({ code, detail, errors }) => ({
  state: "refused",
  code: errors?.[0]?.code ?? code,
  reason: errors?.[0]?.message ?? detail ?? "",
});
