// Status: the word at the top that says whether everything has been sent, the same word beside what was just saved, and
// the guard of a phone that can keep nothing.
import { element } from "./dom.js";
import { here } from "./here.js";
import { kept, mail, watch } from "./outbox.js";
import { words } from "./words.js";

const place = document.getElementById("sent");
let open = false;

/** Say how many answers of this person are not at the clinic yet. */
export async function tell() {
  if (!here.person || !place) return;
  const [rows, { tries }] = await Promise.all([kept(here.person), mail()]);
  const [unsent, back] = ["waiting", "refused"].map((state) => rows.filter((row) => row.state === state).length);
  place.replaceChildren(...word(unsent, back));
  const stuck = unsent > 0 && (tries > 0 || !navigator.onLine);
  for (const note of document.querySelectorAll("[data-unsent]")) note.hidden = !stuck;
}

function word(unsent, back) {
  if (!unsent && !back) return [words.allSent];
  const said = back ? words.refusedCount(back) : words.waiting(unsent);
  return [element("a", { href: "#/waiting" }, said)];
}

/** On a phone that can keep nothing: an answer is on its way, or no longer. */
export function unkept(yes) {
  open = yes;
  if (place) place.textContent = yes ? words.waiting(1) : words.allSent;
}

watch(tell);

window.addEventListener("beforeunload", (event) => {
  if (open) event.preventDefault();
});
