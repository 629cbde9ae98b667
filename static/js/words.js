// The sentences of the patient's screens, each whole, in one place. All are said when they are asked for, never before:
// the language is learned after this file is read.
import { t, tn } from "./tongue.js";

export const words = {
  before: (place) => t("How much pain is in your {place} right now?", { place }),
  after: (place) => t("How much pain is in your {place} now, after treatment?", { place }),
  now: (place) => t("How much pain is in your {place} right now?", { place }),
  weekly: (place) => t("How much pain was in your {place} on average in the past 7 days?", { place }),
  choose: (place) => t("Choose a number for your {place}.", { place }),
  get least() {
    return t("no pain");
  },
  get most() {
    return t("worst pain you can imagine");
  },
  get save() {
    return t("Save");
  },
  get saving() {
    return t("Saving …");
  },
  savedBefore: (scores) => t("Saved: {scores} before treatment. Open this again when it is over.", { scores }),
  savedAfter: (scores) => t("Saved: {scores} after treatment.", { scores }),
  savedNow: (scores) => t("Saved: {scores}.", { scores }),
  savedWeekly: (scores) => t("Saved: {scores} for the past 7 days.", { scores }),
  one: (score) => String(score),
  several: (scores) => scores.map(({ value, place }) => t("{value} for your {place}", { value, place })).join(", "),
  get over() {
    return t("Treatment is over");
  },
  get notTreated() {
    return t("I was not treated");
  },
  get change() {
    return t("Change");
  },
  get done() {
    return t("Done");
  },
  get atSession() {
    return t("I am at my session");
  },
  get logNow() {
    return t("Log pain now");
  },
  get back() {
    return t("Back");
  },
  get notNow() {
    return t("Not now");
  },
  get idle() {
    return t("Nothing to log today.");
  },
  next: (day) => t("Next question: {day}.", { day }),
  session: (day, number, planned) =>
    planned ? t("{day}, session {number} of {planned}", { day, number, planned }) : t("{day}, session {number}", { day, number }),
  get weeklyWhen() {
    return t("Once a week");
  },
  get nowWhen() {
    return t("Any time you like");
  },
  get beforeOrAfter() {
    return t("You have a session today. Is it before or after treatment?");
  },
  get beforeTreatment() {
    return t("Before treatment");
  },
  get afterTreatment() {
    return t("After treatment");
  },
  get whichCourse() {
    return t("Which treatment is this for?");
  },
  missed: (day) => t("You did not log after {day}'s visit. Do you remember the number?", { day }),
  get remember() {
    return t("I remember");
  },
  get noCourse() {
    return t("Your clinic has not opened a course for you yet.");
  },
  get noCourseMore() {
    return t("Ask at the desk. You can log here as soon as it is open.");
  },
  get ended() {
    return t("Your visits are finished.");
  },
  get endedMore() {
    return t("We will still ask how you are from time to time.");
  },
  get look() {
    return t("Look again");
  },
  get allSent() {
    return t("✓ all sent");
  },
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
  get serversFault() {
    return t("Your clinic's server could not take this one. It stays here and is tried again. If it stays for days, tell your clinic.");
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
  asOf: (day, time) => t("As of {day}, {time}. The newest comes when there is signal.", { day, time }),
  get readValues() {
    return t("Read single values");
  },
  get tapForValue() {
    return t("Tap a point to read its value.");
  },
  sinceThen: (count) => tn(count, "1 answer since then, not in the drawing yet:", "{n} answers since then, not in the drawing yet:"),
  get pastWeek() {
    return t("past 7 days");
  },
  get rightNow() {
    return t("right now");
  },
  get gone() {
    return t("There is nothing here.");
  },
  notSentLeaving: (count) => tn(count, "1 answer is not sent yet.", "{n} answers are not sent yet."),
  get notSentLeavingMore() {
    return t("If you sign out now, they are gone for good. With signal they are sent first.");
  },
  get stay() {
    return t("Stay signed in");
  },
  get leaveAnyway() {
    return t("Sign out and lose them");
  },
  get noStorage() {
    return t("This browser keeps nothing on this phone, perhaps because its window is private. Your answers are sent at once: wait until it says Saved.");
  },
  get lost() {
    return t("This phone's browser has lost what was kept here. Answers that were not sent yet may be missing: see under Progress what has arrived, and log the rest again.");
  },
  get closed() {
    return t("All questions are answered.");
  },
  get closedMore() {
    return t("Your clinic does not ask any more. You can still log whenever you like.");
  },
  willAsk: (count) => tn(count, "We will ask how you are 1 more time this year.", "We will ask how you are {n} more times this year."),
  get update() {
    return t("A new version is ready.");
  },
  get updateNow() {
    return t("Use it now");
  },
  get unsent() {
    return t("Not sent. Keep this page open and try again.");
  },
  get again() {
    return t("Try again");
  },
  get signedOut() {
    return t("You are signed out. Keep this page open, open a new link from your clinic in another tab, then try again.");
  },
  get signedOutTitle() {
    return t("You are signed out.");
  },
  get signedOutMore() {
    return t("Ask your clinic for a new link.");
  },
  get signIn() {
    return t("Sign in");
  },
  refused: (reason) => (reason ? t("Not accepted: {reason}", { reason }) : t("Not accepted. Change it and save again.")),
  get noAnswer() {
    return t("We cannot reach your clinic's server.");
  },
  get noAnswerMore() {
    return t("Check your signal, then try again. Nothing you logged is lost.");
  },
  /** Goes into the record, where the clinic reads it. */
  changedReason: "changed right after saving",
  get joinTitle() {
    return t("Join your clinic");
  },
  get joinMore() {
    return t("Paste the code you copied, or type the code your clinic gave you.");
  },
  get pasteCode() {
    return t("Paste code");
  },
  get start() {
    return t("Start");
  },
  get clinicsCode() {
    return t("The code your clinic gave you");
  },
  get codeFirst() {
    return t("Type the code first.");
  },
  get nothingCopied() {
    return t("Nothing was copied. Type the code.");
  },
  get checkSignal() {
    return t("No answer. Check your signal, then try again.");
  },
  get peopleHere() {
    return t("Who is on this phone");
  },
  get notSavedHanding() {
    return t("This answer is not saved yet. Tap again to go on without it.");
  },
  whoIsHere: (initials) => t("{initials}: who is on this phone", { initials }),
  changePerson: (initials) => t("{initials}: change person", { initials }),
  pinOf: (initials) => t("PIN of {initials}", { initials }),
  goOnAs: (initials) => t("Go on as {initials}", { initials }),
  get forgotPin() {
    return t("I forgot the PIN");
  },
  get openPin() {
    return t("Open");
  },
  get pinWrong() {
    return t("This PIN is not right.");
  },
  get pinNeedsSignal() {
    return t("Without signal the PIN cannot be checked any more. Try again when you have signal.");
  },
  get pinUsedUp() {
    return t("The PIN was wrong five times.");
  },
  pinUsedUpMore: (initials) => t("Ask your clinic for a new code for {initials}. Answers kept here are not lost.", { initials }),
  get install() {
    return t("Put this app on the home screen");
  },
};
