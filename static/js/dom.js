// One way to make elements. Text goes in as text nodes only, so nothing a person typed is ever read as markup.

/** element("p", { class: "soft" }, "words", child …); attributes that are false or null are left out; on… are listeners. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Show one screen in place of another and let a screen reader begin at its head. */
export function show(place, ...children) {
  place.replaceChildren(...children.flat().filter(Boolean));
  const head = place.querySelector("[data-head]");
  window.scrollTo({ top: 0 });
  head?.focus({ preventScroll: true });
}

/** A heading that takes the focus when its screen comes up. */
export const head = (words, attributes = {}) => element("h1", { tabindex: "-1", "data-head": true, ...attributes }, words);

/** A button; the one primary of a screen is big. */
export const button = (words, onclick, look = "") => element("button", { type: "button", class: `button ${look}`.trim(), onclick }, begun(words));

/** As a sentence begins: names of conditions and days come as they stand inside one. */
export const begun = (words) => words.charAt(0).toLocaleUpperCase(document.documentElement.lang) + words.slice(1);

/** The ways on from a screen, under each other. */
export const actions = (...children) => element("div", { class: "actions" }, ...children);
