// The sentences of the patient's screens, each whole, in one place: what a translation will replace.
import { t, tn } from "./tongue.js";

export const words = {
  before: (place) => `How much pain is in your ${place} right now?`,
  after: (place) => `How much pain is in your ${place} now, after treatment?`,
  now: (place) => `How much pain is in your ${place} right now?`,
  weekly: (place) => `How much pain was in your ${place} on average in the past 7 days?`,
  choose: (place) => `Choose a number for your ${place}.`,
  least: "no pain",
  most: "worst pain you can imagine",
  save: "Save",
  saving: "Saving …",
  savedBefore: (scores) => `Saved: ${scores} before treatment. Open this again when it is over.`,
  savedAfter: (scores) => `Saved: ${scores} after treatment.`,
  savedNow: (scores) => `Saved: ${scores}.`,
  savedWeekly: (scores) => `Saved: ${scores} for the past 7 days.`,
  one: (score) => `${score}`,
  several: (scores) => scores.map(({ value, place }) => `${value} for your ${place}`).join(", "),
  over: "Treatment is over",
  notTreated: "I was not treated",
  change: "Change",
  done: "Done",
  atSession: "I am at my session",
  logNow: "Log pain now",
  back: "Back",
  notNow: "Not now",
  idle: "Nothing to log today.",
  next: (day) => `Next question: ${day}.`,
  session: (day, number, planned) => (planned ? `${day}, session ${number} of ${planned}` : `${day}, session ${number}`),
  weeklyWhen: "Once a week",
  nowWhen: "Any time you like",
  beforeOrAfter: "You have a session today. Is it before or after treatment?",
  beforeTreatment: "Before treatment",
  afterTreatment: "After treatment",
  whichCourse: "Which treatment is this for?",
  missed: (day) => `You did not log after ${day}'s visit. Do you remember the number?`,
  remember: "I remember",
  noCourse: "Your clinic has not opened a course for you yet.",
  noCourseMore: "Ask at the desk. You can log here as soon as it is open.",
  ended: "Your visits are finished.",
  endedMore: "We will still ask how you are from time to time.",
  look: "Look again",
  allSent: "✓ all sent",
  waiting: (count) => tn(count, "{n} waiting to send", "{n} waiting to send"),
  refusedCount: (count) => tn(count, "1 answer was not accepted", "{n} answers were not accepted"),
  get notSentYet() {
    return t("Saved on this phone. Not sent yet. Open the app when you have signal.");
  },
  get unsentTitle() {
    return t("Not sent yet");
  },
  get unsentMore() {
    return t("These answers are kept on this phone. They go out by themselves when there is signal.");
  },
  get refusedTitle() {
    return t("Not accepted");
  },
  get nothingWaiting() {
    return t("Everything has been sent.");
  },
  get sendNow() {
    return t("Send now");
  },
  get remove() {
    return t("Remove");
  },
  get removeSure() {
    return t("Remove it? It was never sent, and it is gone then.");
  },
  get removed() {
    return t("Removed.");
  },
  keptHere: (count) => tn(count, "1 answer is kept here. Ask the clinic for a code to send it.", "{n} answers are kept here. Ask the clinic for a code to send them."),
  get aVisit() {
    return t("A visit that did not take place");
  },
  get aReport() {
    return t("A report");
  },
  scoreOf: (what, value) => t("{what}: {value}", { what, value }),
  get takenBack() {
    return t("An answer taken back");
  },
  get whatBefore() {
    return t("Pain before treatment");
  },
  get whatAfter() {
    return t("Pain after treatment");
  },
  get whatNow() {
    return t("Pain at that moment");
  },
  get whatWeek() {
    return t("Pain in the past 7 days");
  },
  get whatOther() {
    return t("An answer");
  },
  get update() {
    return t("A new version is ready.");
  },
  get updateNow() {
    return t("Use it now");
  },
  unsent: "Not sent. Keep this page open and try again.",
  again: "Try again",
  signedOut: "You are signed out. Keep this page open, open a new link from your clinic in another tab, then try again.",
  signedOutTitle: "You are signed out.",
  signedOutMore: "Ask your clinic for a new link.",
  signIn: "Sign in",
  refused: (reason) => (reason ? `Not accepted: ${reason}` : "Not accepted. Change it and save again."),
  noAnswer: "We cannot reach your clinic's server.",
  noAnswerMore: "Check your signal, then try again. Nothing you logged is lost.",
  changedReason: "changed right after saving",
};
