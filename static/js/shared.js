// A shared link carries its code after the #, which no server or log sees. It moves into the form and out of the address;
// only a tap sends it. Programs that open every link in a mail find a page, and nothing counts as opened.
import { carried } from "./where.js";

const code = carried();

if (code) {
  document.getElementById("token").value = code;
  document.getElementById("typed").hidden = true;
  document.getElementById("ready").hidden = false;
  history.replaceState(null, "", location.pathname);
}
