// Person: who of the people on this phone uses it now.
import { write } from "./store.js";

/** From now on this person uses the phone. */
export const use = (person) =>
  write(["people", "meta"], async (at) => {
    at("people").put(person);
    at("meta").put(person.id, "person");
  });
