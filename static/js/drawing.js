// Drawing: the interactive chart. The server's drawing stands until Plotly, which only a page with a chart loads, has drawn the same
// numbers; where data are dear or there is no signal it stays. On a desk that is done soon, on a phone once somebody asks for more.

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Draw what stands in `root` as soon as the page is readable; `person`: whose figures are asked for. */
export function drawSoon(root, person = null) {
  const places = figures(root);
  if (!places.length) return;
  const work = () => begin(places, person).catch(() => {});
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 2000 });
  else setTimeout(work, 300);
}

/**
 * Draw what stands in `root` once one of its figures is tapped: Plotly is 330 kB of somebody's data and half a second of their phone.
 * `told(place, state, ask)` hears of each figure: "waits" until `ask` or a tap, then "drawn" or "failed", which a tap tries again.
 */
export function drawWhenTapped(root, person, told) {
  const places = figures(root);
  let begun = null;
  const tell = (state) => places.forEach((place) => told(place, state, ask));
  const failed = () => {
    begun = null;
    tell("failed");
  };
  const ask = () => (begun ??= begin(places, person).then(() => tell("drawn"), failed));
  for (const place of places) place.addEventListener("click", ask);
  tell("waits");
}

const figures = (root) => (navigator.connection?.saveData ? [] : [...root.querySelectorAll("[data-figure]")]);

async function begin(places, person) {
  const asked = new Map(); // one request for all groups of a figure
  const figures = places.map((place) => figure(place, asked, person));
  const [Plotly, ...found] = await Promise.all([plotly(places[0].dataset.plotly), ...figures]);
  await Promise.all(places.map((place, at) => draw(place, Plotly, found[at])));
}

let loading = null;

/** Plotly, loaded once. */
function plotly(address) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = reject;
    document.head.append(script);
  }).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** One figure; of a clinic's figures the one of the place's group. */
async function figure({ dataset }, asked, person) {
  const headers = { Accept: "application/json", ...(person && { "X-Person": person }) };
  if (!asked.has(dataset.figure)) asked.set(dataset.figure, fetch(dataset.figure, { headers }));
  const answer = (await asked.get(dataset.figure)).clone();
  if (!answer.ok) throw new Error(`figure: ${answer.status}`);
  const body = await answer.json();
  return body.figures?.find(({ group }) => group === dataset.group) ?? body;
}

/** Draw beside the drawing, then take the drawing away: nothing flickers, nothing is lost when it fails. */
async function draw(place, Plotly, { data, layout }) {
  const stills = [...place.children];
  const box = document.createElement("div");
  box.className = "drawn";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", place.dataset.title);
  place.append(box);
  const ink = () => getComputedStyle(place).color;
  const inked = () => ({ ...layout, font: { ...layout.font, color: ink() } });
  await Plotly.newPlot(box, data, inked(), { displayModeBar: false, responsive: true });
  for (const still of stills) still.remove();
  dark.addEventListener("change", () => Plotly.relayout(box, { "font.color": ink() }));
}
