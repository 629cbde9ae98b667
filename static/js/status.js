// The word at the top that says whether everything has been sent, and the guard against closing the page too early.
import { words } from "./words.js";

const place = document.getElementById("sent");
let open = 0;

export const status = {
  /** Say how many entries are not stored yet. */
  waiting(entries) {
    open = entries.filter((one) => one.state !== "stored").length;
    place.textContent = open ? words.waiting(open) : words.allSent;
  },
  /** Nothing is on its way any more. */
  clear() {
    open = 0;
    place.textContent = "";
  },
};

window.addEventListener("beforeunload", (event) => {
  if (open) event.preventDefault();
});
