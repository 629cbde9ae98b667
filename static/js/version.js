// Version: registers the service worker, and lets a new version take over: at a start when this is the only page open,
// else by a tap on a calm line. Never in the middle of an answer.
import { button, element } from "./dom.js";
import { here } from "./here.js";
import { words } from "./words.js";

const HOUR = 3_600_000;
let asked = false;
let touched = false;
let looked = Date.now();

/** Begin, where the browser can: over https or on this very machine. */
export async function keepUp() {
  const workers = navigator.serviceWorker;
  if (!workers || !window.isSecureContext) return;
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => (touched = true), { once: true });
  workers.addEventListener("controllerchange", () => asked && (here.resting || !touched) && location.reload());
  const worker = await workers.register("/sw.js", { type: "module" });
  if (worker.waiting && workers.controller) {
    offer(worker.waiting);
    if (!touched) request(worker.waiting, "take-over-if-alone");
  }
  worker.addEventListener("updatefound", () => watchFor(worker.installing));
  document.addEventListener("visibilitychange", () => lookForNew(worker));
}

/** A new version is on the phone and waits: say so, on screens where nothing is half-answered (phone.css). */
function watchFor(coming) {
  coming?.addEventListener("statechange", () => {
    if (coming.state === "installed" && navigator.serviceWorker.controller) offer(coming);
  });
}

/** The calm line, with the way to the new version. */
export function offer(coming) {
  const line = document.getElementById("update");
  line.replaceChildren(element("span", {}, words.update), button(words.updateNow, () => request(coming, "take-over"), "plain"));
  line.hidden = false;
}

function request(waiting, ask) {
  asked = true;
  waiting.postMessage({ ask });
}

function lookForNew(worker) {
  if (document.visibilityState !== "visible" || Date.now() - looked < HOUR) return;
  looked = Date.now();
  worker.update().catch(() => {});
}
