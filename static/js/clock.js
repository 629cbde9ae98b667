// Times as entries carry them: the phone's own clock with its offset and zone; days are the clinic's.

/** "2026-11-22T09:05:00.000+09:00": this moment as the phone tells it. */
export function stamp(at = new Date()) {
  const ahead = -at.getTimezoneOffset();
  const local = new Date(at.getTime() + ahead * 60_000).toISOString().slice(0, -1);
  const hours = String(Math.trunc(Math.abs(ahead) / 60)).padStart(2, "0");
  const minutes = String(Math.abs(ahead) % 60).padStart(2, "0");
  return `${local}${ahead < 0 ? "-" : "+"}${hours}:${minutes}`;
}

/** The name of the phone's zone, such as Asia/Seoul. */
export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

const walls = new Map(); // a zone's formatter is made once

/** "2026-11-22": the day it is in a zone. */
export function dayIn(timeZone, at = new Date()) {
  if (!walls.has(timeZone)) walls.set(timeZone, new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }));
  const parts = walls.get(timeZone).formatToParts(at);
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** "2026-11-29": so many days after a day. */
export const daysLater = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** "Sunday", for a day such as "2026-11-22". */
export const weekday = (day) => written(day, { weekday: "long" });

/** "Sunday", or "Sunday 6 December" when it is a week off or more. */
export function dayWords(day, today) {
  const away = (Date.parse(day) - Date.parse(today)) / 86_400_000;
  return written(day, Math.abs(away) < 7 ? { weekday: "long" } : { weekday: "long", day: "numeric", month: "long" });
}

/** "14:05": a time of day on the clinic's wall. */
export const timeWords = (at, timeZone) => new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", timeZone }).format(at);

function written(day, parts) {
  return new Intl.DateTimeFormat(language(), { ...parts, timeZone: "UTC" }).format(new Date(`${day}T12:00:00Z`));
}

/** The page's language; in English the day stands before the month, as in every other sentence here. */
const language = () => (document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang);
