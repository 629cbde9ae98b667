// Here: what the clinic last told this phone, and the time by the clinic's clock.
import { dayIn } from "./clock.js";

export const screen = document.getElementById("screen");

export const here = {
  home: null,
  skew: 0, // server minus phone, in milliseconds
  resting: true, // nothing half-answered is on screen
};

/** Take over what the clinic told; its clock comes with it. */
export function know(home) {
  here.home = home;
  here.skew = Date.parse(home.now) - Date.now();
}

export const now = () => Date.now() + here.skew;
export const today = () => dayIn(here.home.zone, new Date(now()));
