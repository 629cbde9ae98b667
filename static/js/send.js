// Send: saving an answer. It is kept on the phone and goes out by itself; a phone that can keep nothing (a private
// window, a full disk) sends it at once while the page stays open, and the screen says so.
import { keep } from "./outbox.js";
import { post } from "./sending.js";
import { unkept } from "./status.js";

/**
 * Save these entries: { state: "kept" } as a rule. Where nothing can be kept, how sending them ended: "stored", "later",
 * "signed-out" or "refused"; `told` collects what became of each, so that trying again sends only the rest.
 */
export async function save(entries, told) {
  try {
    await keep(entries);
    return "kept";
  } catch {
    unkept(true);
    const state = await sendDirectly(entries, told);
    unkept(state !== "stored");
    return state;
  }
}

async function sendDirectly(entries, told) {
  for (const entry of entries) {
    if (told.get(entry)?.state === "stored") continue;
    const { state, results } = await post([entry], Date.now());
    if (state !== "answered") return state;
    told.set(entry, results[0]);
    if (results[0].state === "refused") return "refused";
  }
  return "stored";
}
