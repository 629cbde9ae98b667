// Triggers: when the outbox is tried: at the start, when signal comes back, when the app comes to the front, each
// minute while it is looked at, when the server asked for time and that is over, and by the service worker.
import { flush, mail, watch } from "./outbox.js";

const MINUTE = 60_000;
let alarm = null;

/** Begin; `again` is called when the app comes to the front, to look for news. */
export function attend({ again }) {
  window.addEventListener("online", () => flush({ now: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    flush();
    again();
  });
  setInterval(() => document.visibilityState === "visible" && flush(), MINUTE);
  watch(wake);
  flush({ now: true });
  askWorker();
}

/** Try again at the moment until which nothing is tried. */
async function wake() {
  const { until, tries } = await mail();
  clearTimeout(alarm);
  if (tries > 0) alarm = setTimeout(flush, Math.min(Math.max(until - Date.now(), 0) + 100, MINUTE));
  if (tries > 0) askWorker();
}

/** Background Sync, where it exists: the browser wakes the service worker when there is signal, even with the app closed. */
async function askWorker() {
  const worker = await navigator.serviceWorker?.getRegistration();
  await worker?.sync?.register("outbox").catch(() => {});
}
