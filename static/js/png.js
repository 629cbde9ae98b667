// PNG: a figure as pixels, made here of the very drawing that the server keeps, denominators in it.

const TWICE = 2; // pixels a CSS pixel: sharp on slides

for (const button of document.querySelectorAll("[data-png]")) {
  button.hidden = false;
  button.addEventListener("click", () => keep(button).catch(() => location.assign(button.dataset.png)));
}

/** Fetch the drawing, paint it, hand it over as a file of the same name. Where that fails the drawing itself is kept. */
async function keep({ dataset }) {
  const answer = await fetch(dataset.png);
  if (!answer.ok) throw new Error(`figure: ${answer.status}`);
  const name = /filename="([^"]+)\.svg"/.exec(answer.headers.get("Content-Disposition"))?.[1] ?? "figure";
  hand(await painted(await answer.blob()), `${name}.png`);
}

/** The drawing on a canvas, as PNG. */
async function painted(svg) {
  const address = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth * TWICE, image.naturalHeight * TWICE];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("png"))), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Start the download. */
function hand(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
