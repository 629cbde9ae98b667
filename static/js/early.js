// Early: what the first screen needs is looked for while the shell's other scripts are still on their way: in the store,
// and for a phone that knows nobody yet at the clinic.
import { dayIn } from "./clock.js";
import { fetched, lastPerson, remembered } from "./home.js";

let begun = look(null);
dayIn("UTC"); // the first day told takes long, the browser reads its zones: meanwhile the store opens

/** { person, known, told }: who uses this phone, what it keeps for them, and where nobody is known what the clinic says. */
export function early(person) {
  const first = person ? null : begun;
  begun = null;
  return first ?? look(person);
}

async function look(asked) {
  const person = asked ?? (await lastPerson());
  return { person, known: await remembered(person), told: person ? null : await fetched(null) };
}
