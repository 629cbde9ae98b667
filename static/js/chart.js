// The interactive chart. The server's drawing stands until Plotly, which only this page loads, has drawn the same numbers.

const places = [...document.querySelectorAll("[data-figure]")];
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Wait until the page is readable; leave the server's drawing where data are dear. */
function calmly(work) {
  if (navigator.connection?.saveData) return;
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 2000 });
  else setTimeout(work, 300);
}

const plotly = (address) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = reject;
    document.head.append(script);
  });

const asked = new Map(); // one request for all groups of a figure

function fetched(address) {
  if (!asked.has(address)) asked.set(address, fetch(address, { headers: { Accept: "application/json" } }));
  return asked.get(address);
}

/** One figure; of a clinic's figures the one of the place's group. */
async function figure({ dataset }) {
  const answer = (await fetched(dataset.figure)).clone();
  if (!answer.ok) throw new Error(`figure: ${answer.status}`);
  const body = await answer.json();
  return body.figures?.find(({ group }) => group === dataset.group) ?? body;
}

/** Draw beside the drawing, then take the drawing away: nothing flickers, nothing is lost when it fails. */
async function draw(place, Plotly, { data, layout }) {
  const still = place.querySelector("svg");
  const box = document.createElement("div");
  box.className = "drawn";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", place.dataset.title);
  place.append(box);
  const ink = () => getComputedStyle(place).color;
  const inked = () => ({ ...layout, font: { ...layout.font, color: ink() } });
  await Plotly.newPlot(box, data, inked(), { displayModeBar: false, responsive: true });
  still?.remove();
  dark.addEventListener("change", () => Plotly.relayout(box, { "font.color": ink() }));
}

async function begin() {
  const [Plotly, ...figures] = await Promise.all([plotly(places[0].dataset.plotly), ...places.map(figure)]);
  await Promise.all(places.map((place, at) => draw(place, Plotly, figures[at])));
}

if (places.length) calmly(() => begin().catch(() => {}));
