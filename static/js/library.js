// The evidence page with scripts: a search among its sources, and the interactive picture for whoever asks for it.
import { drawSoon } from "./drawing.js";

const root = document.querySelector("[data-library]");

search(root.querySelector("[data-search]"), [...root.querySelectorAll("[data-find]")]);
root.querySelectorAll("[data-draw]").forEach(offer);

/** Keep the sources in sight that hold every word typed. */
function search(box, sources) {
  const [input, said] = [box.querySelector("input"), box.querySelector("[role=status]")];
  const texts = sources.map((source) => source.textContent.toLowerCase());
  box.hidden = sources.length === 0;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    sources.forEach((source, at) => (source.hidden = !words.every((word) => texts[at].includes(word))));
    const shown = sources.filter((source) => !source.hidden).length;
    said.textContent = words.length ? said.dataset.said.replace("{n}", shown).replace("{all}", sources.length) : "";
  });
  addEventListener("hashchange", () => reveal(sources));
  reveal(sources);
}

/** A source that a link leads to is open and in sight, whatever was searched. */
function reveal(sources) {
  const wanted = location.hash && sources.find((source) => source.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`));
  if (!wanted) return;
  Object.assign(wanted, { hidden: false, open: true });
  wanted.scrollIntoView();
}

/** Plotly weighs a megabyte: it comes when somebody asks for it. */
function offer(place) {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => {
    drawSoon(place.parentElement);
    place.remove();
  });
}
