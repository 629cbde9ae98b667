// Reminders: turned on and off on this phone by a tap; the page's forms go out as they stand. The phone is asked for its
// permission on a tap only: a question nobody expected is refused, and a refusal stays.

/** `context`: { person, reload }; outside the shell there is no `reload`. */
export default function reminders(root, context = {}) {
  const place = root.querySelector("[data-push]");
  if (place) turning(root, place, context);
  const file = root.querySelector("[data-calendar]");
  file.addEventListener("click", (event) => {
    if (!context.person) return; // nobody is named: the browser downloads it by itself
    event.preventDefault();
    event.stopPropagation();
    download(file, context);
  });
}

function turning(root, place, context) {
  const note = root.querySelector("[data-note]");
  const showing = (state) => {
    for (const one of place.querySelectorAll("[data-state]")) one.hidden = one.dataset.state !== state;
  };
  const settle = async () => showing(await stateOf(root));

  const attempt = (act) => async ({ currentTarget: button }) => {
    note.hidden = true;
    button.disabled = true;
    try {
      await act(root, context);
      await context.reload?.(); // the list of what will be sent is another one now
    } catch {
      note.textContent = note.dataset.failed;
      note.hidden = false;
    }
    button.disabled = false;
    await settle();
  };

  root.querySelector("[data-turn-on]").addEventListener("click", attempt(turnOn));
  root.querySelector("[data-turn-off]").addEventListener("click", attempt(turnOff));
  settle();
}

/** "on", "off", "install" (an iPhone's browser tab), "refused" or "impossible". */
async function stateOf(root) {
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!able) return onAppleTab() ? "install" : "impossible";
  if (Notification.permission === "denied") return "refused";
  const worker = await navigator.serviceWorker.getRegistration("/app");
  const known = await worker?.pushManager.getSubscription();
  return known && root.dataset.phones.split(" ").includes(await hash(known.endpoint)) ? "on" : "off";
}

/** An iPhone or iPad whose browser shows a page, not an app of the home screen. */
function onAppleTab() {
  const apple = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
  return apple && !navigator.standalone;
}

async function turnOn(root, context) {
  if ((await Notification.requestPermission()) !== "granted") return;
  const worker = (await navigator.serviceWorker.getRegistration("/app")) ?? (await register());
  const { endpoint, keys } = (await subscribed(worker, root.dataset.key)).toJSON();
  await send(root.dataset.on, { endpoint, p256dh: keys.p256dh, auth: keys.auth }, context);
  root.dataset.phones += ` ${await hash(endpoint)}`;
}

/** Off for this person; the phone may go on for others who use it. */
async function turnOff(root, context) {
  const worker = await navigator.serviceWorker.getRegistration("/app");
  const { endpoint } = await worker.pushManager.getSubscription();
  await send(root.dataset.off, { endpoint }, context);
  root.dataset.phones = "";
}

async function register() {
  await navigator.serviceWorker.register("/sw.js", { type: "module" });
  return navigator.serviceWorker.ready;
}

/** This browser's subscription under our key; one under another key, of a server before this one, is given up first. */
async function subscribed(worker, key) {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await worker.pushManager.subscribe(options);
  } catch (error) {
    const other = error.name === "InvalidStateError" && (await worker.pushManager.getSubscription());
    if (!other) throw error;
    await other.unsubscribe();
    return worker.pushManager.subscribe(options);
  }
}

async function send(path, body, { person }) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", ...(person && { "X-Person": person }) };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`push: ${answer.status}`);
}

/** SHA-256, as the page knows the browsers it may remind through. */
async function hash(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function download(link, { person }) {
  const answer = await fetch(link.href, { headers: { "X-Person": person } });
  if (!answer.ok) return;
  const address = URL.createObjectURL(await answer.blob());
  const made = document.createElement("a");
  Object.assign(made, { href: address, download: link.download });
  made.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
