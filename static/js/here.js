// Here: who is using the phone, what the clinic told it last, and the time by the clinic's clock.
import { dayIn } from "./clock.js";
import { likely } from "./elapsed.js";
import { atThisMoment } from "./now.js";

export const screen = document.getElementById("screen");

export const here = {
  person: null, // the id under which everything is kept and sent
  home: null,
  clock: { skew: 0, heard: 0 }, // server minus phone, and the last moment the server told, in milliseconds

  /** Whether nothing half-answered is on screen. */
  get resting() {
    return document.body.dataset.resting !== "no";
  },
  set resting(yes) {
    document.body.dataset.resting = yes ? "yes" : "no";
  },
};

/** Take over what the clinic told, and how its clock goes. */
export function know(home, clock) {
  here.home = home;
  here.clock = clock;
  atThisMoment(home, now(), today());
}

/** The server's time in milliseconds, as well as this phone can tell. */
export const now = () => likely(Date.now(), here.clock);
export const today = () => dayIn(here.home.zone, new Date(now()));
