// Where this page runs: which phone, which browser, inside another app or as an app of its own. By what the browser says.

const INSIDE = /KAKAOTALK|MicroMessenger|Instagram|FBAN|FBAV|FB_IAB|\bLine\/|NAVER\(inapp/i;

/** An iPhone or iPad; iPads call themselves Macs. */
export const ios = ({ userAgent, maxTouchPoints } = navigator) =>
  /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);

/** Whether another app shows this page in a browser of its own, which keeps nothing reliably. */
export const insideApp = ({ userAgent } = navigator) => INSIDE.test(userAgent);

/** What a link carries after its #; "" on a page that was reached by its skip link. */
export const carried = ({ hash } = location) => (hash === "#main" ? "" : hash.slice(1));

/** Whether the page was opened from the home screen. */
export const standalone = () => navigator.standalone === true || matchMedia("(display-mode: standalone)").matches;
