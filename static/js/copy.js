// Copying a text out of the app, also where the clipboard is closed to pages.

/** Copy it; resolves when it is done. */
export const copy = (text) => navigator.clipboard.writeText(text).catch(() => byHand(text));

/** The old way, through a field. */
function byHand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
