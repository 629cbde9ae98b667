// Behave: what the server's pages ask for by name. A root element with data-behaviour="report" gets the default export of
// behaviours/report.js, called with (root, context).

/** Start every behaviour named in a place; one that cannot be loaded leaves a page that works without it. */
export function behave(place, context) {
  return Promise.all([...place.querySelectorAll("[data-behaviour]")].map((root) => begin(root, context).catch(() => {})));
}

async function begin(root, context) {
  const name = root.dataset.behaviour;
  if (!/^[a-z_]+$/.test(name)) return;
  const behaviour = await import(`./behaviours/${name}.js`);
  await behaviour.default(root, context);
}
