// Finished: 21 days without a visit. Yes or no goes to the clinic; the end itself follows from its own rule.
import { goHome } from "./app.js";
import { dayWords } from "./clock.js";
import { actions, button, element, head } from "./dom.js";
import { milestone } from "./entries.js";
import { today } from "./here.js";
import { confirmation, notNow, pause, pick } from "./pauses.js";
import { before } from "./questions.js";
import { said } from "./said.js";
import { save } from "./send.js";
import { words } from "./words.js";

/** Ask it. */
export function finished(course) {
  const answer = (code, thanks) => async () => {
    const state = await save([milestone(course, code, today())], new Map());
    const kept = state === "kept" || state === "stored";
    pause(kept ? confirmation(thanks) : head(words.unsent), actions(button(words.done, goHome, "primary big")));
  };
  pause(
    element("p", { class: "when" }, course.words),
    head(said.finished),
    course.last_on && element("p", { class: "lead soft" }, said.lastVisit(dayWords(course.last_on, today()))),
    actions(
      button(said.finishedYes, answer("visits_finished", said.finishedThanks), "primary big"),
      button(said.finishedNo, answer("visits_go_on", said.goOnThanks), "big"),
      button(words.atSession, () => pick((one) => before(one, goHome)), "big"),
      button(words.notNow, notNow, "plain"),
    ),
  );
}
