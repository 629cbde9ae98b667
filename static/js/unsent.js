// Unsent: the list behind the word at the top: what waits, and what was not accepted, each with the way to put it right.
import { dayWords } from "./clock.js";
import { actions, button, element, head, show } from "./dom.js";
import { here, screen, today } from "./here.js";
import { drop, flush, refused, waiting, watch } from "./outbox.js";
import { valueWords, whatWords } from "./one_entry.js";
import { said as asked } from "./said.js";
import { words } from "./words.js";

let renew = null;

watch(() => renew?.());

/** Show the list, and again whenever something was sent; `change(row)` asks a refused score anew, `back` leaves. */
export async function unsent({ change, back }) {
  here.resting = true;
  const again = () => unsent({ change, back });
  renew = null;
  const [wrong, late] = await Promise.all([refused(here.person), waiting(here.person)]);
  const sendNow = button(words.sendNow, () => flush({ now: true }).then(again), "primary big");
  show(
    screen,
    head(wrong.length || late.length ? words.unsentTitle : words.nothingWaiting),
    wrong.length > 0 && group(words.refusedTitle, null, wrong.map((row) => returned(row, change, again))),
    late.length > 0 && group(null, words.unsentMore, late.map((row) => element("li", {}, said(row), row.faults && element("p", { class: "soft" }, words.serversFault)))),
    actions(late.length > 0 && sendNow, button(words.back, back, late.length ? "plain" : "primary big")),
  );
  const shown = screen.firstChild;
  renew = () => shown === screen.firstChild && !screen.querySelector("[data-sure]") && again();
}

const group = (title, more, rows) =>
  element(
    "section",
    { class: "stack" },
    title && element("h2", {}, title),
    more && element("p", { class: "lead soft" }, more),
    element("ul", { class: "plain-list stack unsent" }, rows),
  );

/** A refused entry with its reason; a score can be changed, anything can be removed. */
function returned(row, change, again) {
  const ways = element("div", { class: "row" });
  const sure = () =>
    ways.replaceChildren(element("p", { "data-sure": true }, words.removeSure), button(words.remove, () => drop(row.id).then(again)), button(words.back, again, "plain"));
  const isScore = "value" in row.body;
  ways.append(...[isScore && button(words.change, () => change(row)), button(words.remove, sure, "plain")].filter(Boolean));
  return element("li", { class: "card stack-s" }, element("p", {}, said(row)), element("p", { class: "error" }, words.refused(row.reason)), ways);
}

/** Its day and what it is. */
const said = (row) => [element("b", {}, dayOf(row)), " ", what(row)];

const dayOf = ({ body, saved }) => dayWords((body.recorded_at ?? body.held_on ?? body.occurred_on ?? saved).slice(0, 10), today());

function what({ path, body }) {
  if (path.includes("/sessions/")) return words.aVisit;
  if (path.includes("/reactions/")) return words.aReport;
  if (path.includes("/milestones/")) return body.code.startsWith("visits_") ? asked.visitsEnd : asked.aMilestone;
  return body.retracted ? words.takenBack : words.scoreOf(whatWords(body).join(", "), valueWords(body));
}
