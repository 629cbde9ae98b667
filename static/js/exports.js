// Exports: while one is being made the list is fetched again, so that its bar moves; without scripts a link does it.
const EVERY = 2000;

async function again() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const list = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("exports");
  if (list) document.getElementById("exports").replaceWith(document.adoptNode(list));
  wait();
}

function wait() {
  if ("busy" in document.getElementById("exports").dataset) setTimeout(() => again().catch(wait), EVERY);
}

wait();
