// Links: addresses of pages that the shell shows as parts of itself, and taps on links to them.

const NAMES = { signs: "warning-signs" }; // where the short name is not the page's own
/** "/app/warning-signs" for "#/signs"; "" is the home. */
export const pathOf = (hash) => {
  const [name, ...rest] = hash.replace(/^#\/?/, "").split("/");
  return name && `/app/${[NAMES[name] ?? name, ...rest].join("/")}`;
};

/** The other way round, for links. */
export const hashOf = (path) => {
  const [name, ...rest] = path.replace(/^\/app\/?/, "").split("/");
  const short = Object.keys(NAMES).find((one) => NAMES[one] === name) ?? name;
  return short && `#/${[short, ...rest].join("/")}`;
};

/** From now on a tap on a link to one of the patient's pages changes the hash instead of the page. */
export function takeLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const { origin, pathname, hash } = new URL(link.href, location.href);
    const ours = origin === location.origin && (pathname === "/app" || pathname.startsWith("/app/"));
    if (!ours || hash || link.target || link.hasAttribute("download")) return;
    event.preventDefault();
    location.hash = hashOf(pathname);
  });
}
