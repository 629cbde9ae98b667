// What the service worker does with a push message and with a tap on its notification. It runs inside /sw.js, which
// is a module and imports this file for its listeners: no exports, `self.addEventListener(…)`, no importScripts.
//
// The message says one neutral sentence in the person's language; nothing about anybody is in it, or shown. Browsers
// insist that every push shows something, so this one does, even where the answer was given a minute ago. Two of them are
// one on the screen (the tag), without a second sound.
const HOME = "/app";
const SAID = "You have a check-in."; // a push without words, from a server of another version

self.addEventListener("push", (event) => event.waitUntil(show(words(event.data))));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

function words(data) {
  try {
    return data.json().say || SAID;
  } catch {
    return SAID;
  }
}

const show = (body) =>
  self.registration.showNotification(body, { tag: "check-in", icon: new URL("icons/icon-192.png", import.meta.url).href, data: { open: HOME } });

/** The app that is open comes to the front; else it is opened. */
async function open() {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const own = windows.find(({ url }) => new URL(url).pathname.startsWith(HOME));
  return own ? own.focus() : self.clients.openWindow(HOME);
}

/** The browser gave itself a new address: tell the server, with the old one's secret as the key. */
async function renew({ oldSubscription: old, newSubscription }) {
  if (!old) return; // the page of reminders notices that this phone is off, and offers it again
  const made = newSubscription ?? (await self.registration.pushManager.subscribe(old.options));
  const before = old.toJSON();
  const { endpoint, keys } = made.toJSON();
  const told = { old_endpoint: before.endpoint, old_auth: before.keys.auth, endpoint, ...keys };
  await fetch("/api/v1/push/renew", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told) });
}
