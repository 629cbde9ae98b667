// The patient's home. The page comes without data; what it shows is fetched, and what is tapped is sent.
import { here, know, now, screen } from "./here.js";
import { noAnswer, noCourse, signedOut } from "./notices.js";
import { beforeOrAfter, ended, idle, saved } from "./pauses.js";
import { after, before, weekly } from "./questions.js";
import { choose } from "./screens.js";

const SCREENS = { saved, after, before, weekly, idle, ended, "before-or-after": beforeOrAfter, "no-course": noCourse };

/** Ask the clinic what there is, and show the first screen that applies. */
export async function start() {
  const answer = await fetch(screen.dataset.home, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 401 || answer?.status === 403) return signedOut();
  if (!answer?.ok) return noAnswer();
  know(await answer.json());
  document.getElementById("who").textContent = here.home.initials;
  document.getElementById("band").hidden = !here.home.synthetic;
  const { name, course } = choose(here.home, now());
  return SCREENS[name](course);
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && here.resting) start();
});

start();
