// The roster's search as one types: the same form, sent in the body while it is being filled, so that no address ever holds
// a code or initials. Without this script the button does it.

const PAUSE = 200; // milliseconds without a key
const form = document.getElementById("roster-search");
const field = form.elements.search;
let waiting = 0;
let asking = null;
let asked = field.value.trim();

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, PAUSE);
});

/** The rows for what stands in the field now; an answer that was overtaken is dropped. */
async function search() {
  const words = field.value.trim();
  if (words === asked) return;
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), signal });
    if (!answer.ok || answer.redirected) return form.submit(); // signed out or refused: the page itself says so
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (signal.aborted) return;
    asked = words;
    document.getElementById("roster-found").replaceWith(page.getElementById("roster-found"));
    document.getElementById("roster-said").textContent = page.getElementById("roster-said").textContent;
  } catch {
    // no answer: what was found before stays, and the button is there
  }
}
