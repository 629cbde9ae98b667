// Tongue: every sentence a person reads goes through t(). The English sentence is its own key; a language is a table
// from it to the translation, with the same {names} in it.

// The shell comes in English; learn() fetches the table, from the service worker's cache when there is no signal.

const page = document.documentElement;
let sentences = {};
let spoken = "en";

/** Take over a language's sentences: { "English": "translation" }, a plural's translations as a list in its order. */
export const speak = (table) => (sentences = table);

/** The language this phone spoke last, else the first of the browser's that we have. */
export function known() {
  const ours = (page.dataset.languages ?? "en").split(" ");
  const asked = [last(), ...navigator.languages.map((tag) => tag.split("-")[0])];
  return asked.find((code) => ours.includes(code)) ?? "en";
}

/** Learn a language and say the page's own words in it; without its table everything stays in English. `keep` = from now on. */
export async function learn(code = known(), { keep = true } = {}) {
  if (code === spoken) return;
  const table = code === "en" ? { "": { tag: "en", direction: "ltr" } } : await fetched(code);
  if (!table) return;
  spoken = code;
  if (keep) last(code);
  speak(table);
  page.lang = table[""].tag;
  page.dir = table[""].direction;
  say(document);
}

/** Say every marked element of a place: data-t holds the English of its text, data-t-label that of its label. */
export function say(place) {
  for (const one of place.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const one of place.querySelectorAll("[data-t-label]")) one.setAttribute("aria-label", t(one.dataset.tLabel));
}

/** The language spoken last, or from now on; where nothing can be kept it is asked of the browser each time. */
function last(code) {
  try {
    if (code) localStorage.setItem("language", code);
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}

async function fetched(code) {
  try {
    const answer = await fetch(page.dataset.words.replace("{lang}", code));
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** t("Saved: {scores}.", { scores }): the sentence in the person's language, its {names} filled in. */
export const t = (english, values = {}) => filled(sentences[english] ?? english, values);

/** tn(2, "1 answer", "{n} answers"): the form that the number asks for in this language. */
export function tn(n, one, many, values = {}) {
  const forms = sentences[many] ?? [one, many];
  const order = new Intl.PluralRules(document.documentElement.lang).resolvedOptions().pluralCategories;
  const form = new Intl.PluralRules(document.documentElement.lang).select(n);
  return filled(forms[Math.min(order.indexOf(form), forms.length - 1)] ?? many, { n, ...values });
}

const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
