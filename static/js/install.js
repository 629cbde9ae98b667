// Installing, where the browser offers it: the offer is kept until the person has seen what the app is for, and stands
// then as one calm button.
import { element } from "./dom.js";
import { here } from "./here.js";
import { words } from "./words.js";

let offer = null;

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
});
window.addEventListener("appinstalled", () => (offer = null));

/** The button, or null: never before the first saved pair. */
export function installButton() {
  if (!offer || !paired(here.home.entries)) return null;
  const button = element("button", { type: "button", class: "button plain" }, words.install);
  button.addEventListener("click", async () => {
    await offer?.prompt();
    offer = null;
    button.remove();
  });
  return button;
}

/** Whether a before and an after of one session are there. */
function paired(entries) {
  const sessions = (kind) => entries.filter((one) => one.kind === kind && one.session_id).map((one) => one.session_id);
  const after = new Set(sessions("after"));
  return sessions("before").some((id) => after.has(id));
}
