// The sentences of the clinic's tablet, each whole. Those of the questions themselves are the phone's own.
import { t, tn } from "./tongue.js";

export const told = {
  whose: (initials) => t("For {initials}", { initials }),
  savedBefore: (scores) => t("Saved: {scores} before treatment.", { scores }),
  get giveBack() {
    return t("Thank you. Please give the tablet back.");
  },
  closing: (n) => tn(n, "This page closes by itself in 1 second, and nothing stays on the tablet.", "This page closes by itself in {n} seconds, and nothing stays on the tablet."),
  get there() {
    return t("Are you still there?");
  },
  get goOn() {
    return t("Go on");
  },
  get trying() {
    return t("Not sent yet. We keep trying. Please keep this page open.");
  },
  get lost() {
    return t("This was not saved.");
  },
  get lostMore() {
    return t("There was no connection. Please tell the clinic your number.");
  },
};
