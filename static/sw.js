// The service worker: it opens the app without signal, and sends what waits when signal comes back.
//
// Chosen: a cache of exactly one version of the shell, named by the hash of the static tree. /app and its files come
// from one build or not at all; a new version is fetched whole beside the old one and takes over only when nothing of the
// old one is open, or when the person says so. The page decides when (js/version.js): never in the middle of an answer.
// It is a module, so that it sends with the very code the page sends with (js/outbox.js); a browser too old for that
// still logs and sends, it only needs signal to open the app.
//
// Not taken: caching answers of the API or signed-in pages (another person's phone, another person's data; the page keeps
// what it may in IndexedDB under its person); network first for /app (a dead spot would cost the length of a timeout at
// every start); stale-while-revalidate file by file (half of one version with half of another); taking over at
// once (modules that a page still has to load would be gone); a library that writes this file.
import { flush } from "./js/outbox.js";
import "./sw-push.js";

const HOME = "/app";
const OWN = ["/static/", "/words/"]; // addresses that change with their content

/** Begin; `version` is the hash of /app, `files` are the addresses it needs. /sw.js, made by the server, calls this. */
export function serve(version, files) {
  const cache = `shell-${version}`;
  self.addEventListener("install", (event) => {
    event.waitUntil(fill(cache, version, files));
    straight(event, cache);
  });
  self.addEventListener("activate", (event) => event.waitUntil(Promise.all([sweep(cache), self.clients.claim()])));
  self.addEventListener("fetch", (event) => {
    const found = answered(cache, event.request);
    if (found) event.respondWith(found);
  });
  self.addEventListener("sync", (event) => event.tag === "outbox" && event.waitUntil(sendAll()));
  self.addEventListener("push", (event) => event.waitUntil(flush()));
  self.addEventListener("message", (event) => event.waitUntil(told(event.data)));
}

/** All of it or nothing: an /app of another build than these files fails the installation, and the browser tries again. */
async function fill(name, version, files) {
  const home = await fetch(HOME, { cache: "reload" });
  if ((await hashOf(home.clone())) !== version) throw new Error("/app belongs to another version");
  const cache = await caches.open(name);
  await cache.addAll(files);
  await cache.put(HOME, home);
}

/**
 * A browser that can takes the app and its files from the cache without waking this worker, which a slow phone takes
 * its time for; what is not there, from the network.
 */
function straight(event, cacheName) {
  const files = OWN.map((start) => ({ requestMethod: "get", urlPattern: { pathname: `${start}*` } }));
  const home = { requestMethod: "get", requestMode: "navigate", urlPattern: { pathname: HOME, search: "" } };
  event.addRoutes?.([home, ...files].map((condition) => ({ condition, source: { cacheName } }))).catch(() => {});
}

async function hashOf(answer) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.arrayBuffer()));
  return [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sweep(current) {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("shell-") && name !== current).map((name) => caches.delete(name)));
}

/** The shell and its files from the cache; null = not ours, the network's as if there were no service worker. */
function answered(cache, request) {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return null;
  if (request.mode === "navigate") return pathname === HOME ? fromCache(cache, HOME, request) : null;
  return OWN.some((start) => pathname.startsWith(start)) ? fromCache(cache, pathname, request) : null;
}

async function fromCache(name, address, request) {
  const cache = await caches.open(name);
  return (await cache.match(address)) ?? fetch(request);
}

/** A sync that leaves something behind is tried again by the browser. */
async function sendAll() {
  if ((await flush({ now: true })) === "waiting") throw new Error("something still waits");
}

/** The page asks the waiting version to take over: at a start only where no other page would lose its files. */
async function told({ ask }) {
  if (ask !== "take-over" && ask !== "take-over-if-alone") return;
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (ask === "take-over" || open.length <= 1) await self.skipWaiting();
}
