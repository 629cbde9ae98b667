// The sign-in link carries its code after the #, which no server or log sees. It moves into the form and out of the
// address; only a tap on Start sends it. Mail programs that open links find a page, and nothing is used up.
import { carried } from "./where.js";

const code = carried();

if (code) {
  document.getElementById("code").value = code;
  document.getElementById("typed").hidden = true;
  document.getElementById("ready").hidden = false;
  history.replaceState(null, "", location.pathname);
}
