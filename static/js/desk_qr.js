// The desk's QR page: it counts down, shows a new code a minute before the old one ends, and turns to "Joined" when the
// phone has come. After half an hour it stops asking: a page left open must not keep anybody signed in.

const ASK_EVERY = 2_000; // milliseconds
const RENEW_LEFT = 60; // seconds: whoever scanned a moment ago still has time to tap Start
const LONGEST = 30 * 60; // seconds
const page = document.getElementById("invite");
const { state, again, patient, carer } = page.dataset;
const part = (name) => page.querySelector(`[data-${name}]`);

const opened = performance.now();
let ends = opened + Number(page.dataset.left) * 1_000;
let renewing = false;
let looking = false;

const left = () => Math.max(0, Math.round((ends - performance.now()) / 1_000));
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** One second: the words under the code, and a new code in time. */
function tick() {
  if (performance.now() - opened > LONGEST * 1_000) return stop();
  part("left-words").textContent = `Can be used once. A new code comes in ${clock(Math.max(0, left() - RENEW_LEFT))}.`;
  if (left() <= RENEW_LEFT && !document.hidden && !renewing) renew();
}

/** A new invitation in place of the old one, which still works for its last minute. */
async function renew() {
  renewing = true;
  const answer = await fetch(again, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ patient_id: patient, carer: carer !== undefined }),
  }).catch(() => null);
  if (answer?.ok) {
    const made = await answer.json();
    part("qr").src = made.qr;
    part("code").textContent = made.code;
    ends = performance.now() + (Date.parse(made.expires_at) - Date.parse(answer.headers.get("Date")));
  } else if (answer?.status === 401) stop();
  renewing = false;
}

/** Whether the phone has come: the answer tells nothing else. */
async function look() {
  if (document.hidden || looking) return;
  looking = true;
  const answer = await fetch(state, { headers: { Accept: "application/json" } }).catch(() => null);
  looking = false;
  if (answer?.ok && (await answer.json()).state === "joined") joined();
}

function joined() {
  quiet();
  part("open").hidden = true;
  part("done").replaceChildren(part("done-words").content.cloneNode(true));
}

function stop() {
  quiet();
  part("open").hidden = true;
  part("stopped").hidden = false;
  part("fresh").hidden = false;
}

const beats = [setInterval(tick, 1_000), setInterval(look, ASK_EVERY)];
const quiet = () => beats.forEach(clearInterval);
tick();
