// Notices: the screens on which nothing can be logged, each with the one thing that helps.
import { start } from "./app.js";
import { actions, button, element, head, show } from "./dom.js";
import { here, screen } from "./here.js";
import { words } from "./words.js";

export const noCourse = () => notice(words.noCourse, words.noCourseMore, button(words.look, start, "primary big"));

export const noAnswer = () => notice(words.noAnswer, words.noAnswerMore, button(words.again, start, "primary big"));

export const signedOut = () =>
  notice(
    words.signedOutTitle,
    words.signedOutMore,
    element("a", { class: "button primary big", href: screen.dataset.signIn }, words.signIn),
  );

function notice(title, more, way = null) {
  here.resting = true;
  show(screen, head(title), element("p", { class: "lead soft" }, more), way && actions(way));
}
