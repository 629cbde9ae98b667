// Elapsed: when an entry was truly saved, although the phone's clock may have been changed before or since. Pure, in
// milliseconds. The server corrects by "its time minus the send-time the phone tells"; telling each entry's send-time
// by the clock that entry was saved with makes that correction right even after the clock was put right.

const LONGEST_TRIP = 10_000; // milliseconds; after a longer one, perhaps because the phone slept, the answer is old
const LONGEST_SILENCE = 366 * 86_400_000; // milliseconds without a word from the clinic
const SLACK = 120_000; // as the server's own: smaller differences are no wrong clock

/**
 * The send-time to tell with an entry: what the clock it was saved with would show now.
 * row: { at: the phone's clock on save, skew: server minus phone as known then, heard: the last server time known then }
 * phone: the phone's clock now; server: the server's time now, null when not known; after: no earlier than this.
 */
export function sendTime(row, { phone, server, after = null }) {
  if (server === null) return phone;
  return row.at + Math.max(0, server - savedAt(row, { phone, server, after }));
}

/** When it was truly saved: by the clock as it goes now, else as it was known then, else just after what came before. */
export function savedAt(row, { phone, server, after = null }) {
  const earliest = Math.max(row.heard ?? -Infinity, after ?? -Infinity);
  const possible = (at) => at >= earliest - SLACK && at <= server + SLACK;
  const guesses = [row.at + (server - phone), row.at + row.skew];
  return guesses.find(possible) ?? (earliest > -Infinity ? Math.min(earliest, server) : guesses[0]);
}

/**
 * The server's time by the phone's clock. Where that clock was changed since the clinic was heard it may tell nonsense:
 * of what it can mean the first that is possible, else the last moment heard.
 */
export function likely(phone, { skew, heard }) {
  if (!heard) return phone + skew;
  const possible = (at) => at >= heard - SLACK && at < heard + LONGEST_SILENCE;
  return Math.max([phone + skew, phone].find(possible) ?? heard, heard);
}

/** The server's time minus the phone's, and the moment it was heard, from one answer; null when the answer does not tell. */
export function heard(date, before, now) {
  const server = Date.parse(date);
  if (Number.isNaN(server) || now < before || now - before > LONGEST_TRIP) return null;
  const middle = before + (now - before) / 2;
  return { skew: server + 500 - middle, heard: server }; // the header is cut to whole seconds
}
