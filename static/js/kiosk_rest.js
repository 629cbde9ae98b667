// Rest: when nobody touches the tablet for a minute it says so; fifteen seconds later it goes.

const QUIET = 60; // seconds without a touch until it warns
const WARN = 15; // seconds until it goes then
const TOUCHES = ["pointerdown", "keydown", "input"];

/** Watch over one patient's page. `warn(seconds)` each second of the warning, `calm()` when it is over, `go()` at its end. */
export function watch({ warn, calm, go }) {
  let left = QUIET + WARN;
  const touched = ({ target }) => {
    if (left <= WARN && !target.closest?.("button")) calm(); // a button that goes while it is pressed is never pressed
    left = QUIET + WARN;
  };
  const beat = setInterval(() => {
    left -= 1;
    if (left <= 0) stop(), go();
    else if (left <= WARN) warn(left);
  }, 1_000);
  const stop = () => {
    clearInterval(beat);
    for (const touch of TOUCHES) removeEventListener(touch, touched, true);
  };
  for (const touch of TOUCHES) addEventListener(touch, touched, true);
  return stop;
}
