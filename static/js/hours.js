// Hours: the server's time as this phone knows it, and which send-time goes out with which entries.
import { sendTime, savedAt } from "./elapsed.js";
import { ask, lately } from "./sending.js";
import { meta } from "./store.js";

const SAME = 1000; // milliseconds: send-times this close are one

/**
 * Of these rows those that can share one request, and the send-time to tell with them. Where the server was not heard
 * just now it is asked for its time first; null = it does not answer.
 */
export async function elapse(rows) {
  const clock = lately() ?? (await ask("/healthz")).clock;
  if (!clock) return null;
  const phone = Date.now();
  return share(rows, { phone, server: phone + clock.skew });
}

/**
 * Server minus phone, in milliseconds, with an answer that told `clock`, or null: the phone may have slept over it, and the
 * moment it names is long gone. Then as it was known before, else as the server tells when asked once more, else none.
 */
export async function skewFrom(clock) {
  const known = clock ?? (await meta("clock").catch(() => null)) ?? (await ask("/healthz")).clock;
  return known?.skew ?? 0;
}

/** The rows at the head that were saved with one and the same clock; pure. */
export function share(rows, { phone, server }) {
  let after = null;
  let sentAt = null;
  const going = [];
  for (const row of rows) {
    const told = { phone, server, after };
    const time = sendTime(row.clock, told);
    after = savedAt(row.clock, told);
    if (sentAt !== null && Math.abs(time - sentAt) > SAME) break;
    sentAt ??= time;
    going.push(row);
  }
  return { going, sentAt };
}
