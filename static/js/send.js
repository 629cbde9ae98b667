// Sending: every entry is frozen when saved and goes out as PUT under its own id, so trying again is safe.
import { stamp } from "./clock.js";

/** How one try ended: "stored", "refused" (with the reason), "signed-out", or "unsent" (no answer, or a server in trouble). */
export async function put(entry) {
  let answer;
  try {
    answer = await fetch(entry.path, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-Sent-At": stamp() },
      body: JSON.stringify(entry.body),
    });
  } catch {
    return { state: "unsent" };
  }
  if (answer.ok) return { state: "stored" };
  if (answer.status === 401) return { state: "signed-out" };
  if (answer.status >= 500 || answer.status === 429) return { state: "unsent" };
  return { state: "refused", reason: await reasonOf(answer) };
}

/** Send what is not stored yet, in order; stops at the first that finds no answer. Returns the worst state met. */
export async function sendAll(entries) {
  for (const entry of entries.filter((one) => one.state !== "stored")) {
    Object.assign(entry, await put(entry));
    if (entry.state === "unsent" || entry.state === "signed-out") return entry.state;
  }
  return entries.some((one) => one.state === "refused") ? "refused" : "stored";
}

async function reasonOf(answer) {
  try {
    const problem = await answer.json();
    return problem.errors?.[0]?.message ?? problem.detail ?? problem.title ?? "";
  } catch {
    return "";
  }
}
