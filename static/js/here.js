// Here: who is using the phone, what the clinic told it last with what was logged since, and the time by the clinic's clock.
import { dayIn } from "./clock.js";
import { likely } from "./elapsed.js";

export const screen = document.getElementById("screen") ?? document.querySelector("main");

export const here = {
  person: null, // the id under which everything is kept and sent
  told: null, // as the clinic said it last
  home: null, // the same, with what was logged on this phone since
  clock: { skew: 0, heard: 0 }, // server minus phone, and the last moment the server told, in milliseconds

  locked: false, // somebody is being asked for the PIN: nothing of the person is shown
  quiet: 0, // until when what is asked was put off, in milliseconds

  /** The clinic's day of a moment. */
  dayOf: (at) => dayIn(here.home.zone, new Date(at)),

  /** Whether nothing half-answered is on screen. */
  get resting() {
    return document.body.dataset.resting !== "no";
  },
  set resting(yes) {
    document.body.dataset.resting = yes ? "yes" : "no";
  },
};

/** Take over what the clinic told, and how its clock goes. */
export function know(told, clock) {
  Object.assign(here, { told, home: told, clock, person: told.person.id });
}

/** The server's time in milliseconds, as well as this phone can tell. */
export const now = () => likely(Date.now(), here.clock);
export const today = () => dayIn(here.home.zone, new Date(now()));

const TRUSTED = 120_000; // milliseconds by which the server lets a phone's clock be wrong before it corrects

/** A moment as this phone's clock would have told it: what the server corrects by the phone's error stands right then. */
export const raw = (at) => (Math.abs(here.clock.skew) > TRUSTED ? at - here.clock.skew : at);
