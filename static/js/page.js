// A patient's page opened by its own address, outside the shell: the same behaviours, and the same care when signing out.
import { behave } from "./behave.js";
import { here, know, today } from "./here.js";
import { fetched, lastPerson, remembered } from "./home.js";
import { leave } from "./leave.js";
import { flush, keep } from "./outbox.js";

here.person = await lastPerson();
const told = (await remembered(here.person)) ?? (await fetched(here.person));
if (told.home) know(told.home, told.clock);

const show = (hash) => location.assign(`/app${hash}`);
await behave(document, { person: here.person, home: here.home, today: here.home && today, show, keep, flush, leave });

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || new URL(form.action).pathname !== "/sign-out") return;
  event.preventDefault();
  leave(form);
});
