// Behaviours on whole pages: each element that names one gets it. In the shell parts.js does the same.
// A behaviour is static/js/behaviours/<name>.js; its default export takes the element and what the shell knows.

for (const root of document.querySelectorAll("[data-behaviour]")) {
  const { default: behave } = await import(`./behaviours/${root.dataset.behaviour}.js`);
  behave(root, {});
}
