// Behave: what the server's pages ask for by name. A root element with data-behaviour="report" gets the default export of
// behaviours/report.js, called with (root, context).

/** Start every behaviour named in a place; one that cannot be loaded leaves a page that works without it. */
export function behave(place, context) {
  return Promise.all([...place.querySelectorAll("[data-behaviour]")].map((root) => begin(root, context).catch(() => {})));
}

/** Resolves once their code is here, so that no tap falls between a page and its behaviour. */
export const ready = (place) => Promise.allSettled([...place.querySelectorAll("[data-behaviour]")].map(code));

async function begin(root, context) {
  const behaviour = await code(root);
  await behaviour?.default(root, context);
}

async function code({ dataset: { behaviour: name } }) {
  return /^[a-z_]+$/.test(name) ? import(`./behaviours/${name}.js`) : null;
}
