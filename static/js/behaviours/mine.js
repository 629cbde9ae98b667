// My data: files and links go out through the phone's own share sheet where there is one, else they are saved or copied.
// Without scripts the same links download and the same forms send themselves.

import { forget } from "../home.js";

/** `context` is the shell's or the page's: { person, flush }. */
export default function mine(root, context = {}) {
  const note = root.querySelector("[data-note]");
  const again = root.querySelector("[data-again]");

  const tell = (which) => {
    note.textContent = which ? note.dataset[which] : "";
    note.hidden = !which;
  };

  /** A tap on a file: fetch it as this person, then hand it over. A share sheet that wants a fresh tap gets a button. */
  const take = async (link) => {
    const file = await fetched(link, context.person).catch(() => null);
    if (!file) return tell("failed");
    if (!canShare(file)) return save(file, () => tell("saved"));
    return pass(file);
  };

  const pass = async (file) => {
    try {
      await navigator.share({ files: [file] });
      again.hidden = true;
      tell("");
    } catch (error) {
      if (error.name === "AbortError") return; // the person closed the sheet
      again.hidden = false;
      again.onclick = () => pass(file);
      tell("ready");
      again.focus();
    }
  };

  for (const link of root.querySelectorAll("a[data-file]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      event.stopPropagation();
      tell("");
      take(link);
    });
  }
  offer(root, tell);
  last(root, context);
}

async function fetched(link, person) {
  const answer = await fetch(link.href, { headers: person ? { "X-Person": person } : {} });
  if (!answer.ok) throw new Error(`data: ${answer.status}`);
  const type = answer.headers.get("Content-Type").split(";")[0];
  return new File([await answer.blob()], link.dataset.file, { type });
}

const canShare = (file) => Boolean(navigator.canShare?.({ files: [file] }));

function save(file, done) {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: file.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  done();
}

/** The link that was just made: send it or copy it; it stands there as text in any case. */
function offer(root, tell) {
  const made = root.querySelector("[data-link]");
  if (!made) return;
  const url = made.querySelector("code").textContent;
  const send = made.querySelector("[data-pass]");
  made.querySelector("[data-send]").hidden = false;
  send.hidden = !navigator.share;
  send.addEventListener("click", () => navigator.share({ url }).catch(() => {}));
  made.querySelector("[data-copy]").addEventListener("click", async () => {
    await navigator.clipboard.writeText(url);
    tell("copied");
  });
}

/** Whoever stops sends what waits first. Once the server has let go of a person, the phone keeps nothing of theirs. */
function last(root, context) {
  for (const form of root.querySelectorAll("form[data-last]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.last === "stop") await context.flush?.({ now: true });
      const answer = await sent(form, event.submitter, context.person).catch(() => null);
      if (!answer) return fail(form);
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".part");
      if (!part) return fail(form);
      if (part.querySelector("[data-gone]") && context.person) await forget(context.person).catch(() => {});
      if (part.querySelector("[data-gone]")) document.getElementById("who")?.replaceChildren();
      root.replaceChildren(...part.childNodes);
      return begin(root, context);
    });
  }
}

function sent(form, pressed, person) {
  const headers = { "X-Part": "1", ...(person && { "X-Person": person }) };
  return fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, pressed)), headers });
}

function fail(form) {
  const note = form.querySelector("[data-failed]");
  note.hidden = false;
  note.focus();
}

/** What came in its place: begin it, and let a screen reader start at what was wrong, or at its head. */
function begin(root, context) {
  const inner = root.querySelector("[data-behaviour=mine]");
  if (inner) mine(inner, context);
  const head = root.querySelector("[role=alert], [data-head], h1");
  head.tabIndex = -1;
  head.focus();
}
