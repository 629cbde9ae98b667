// Rising: a score far above the earlier ones. From which score on, the clinic says by what it knew last (science/flags.py):
// the phone only compares, so that the warning signs can be offered without signal too.
const GRAIN = 1e-9; // a limit is a mean: 19/3 + 4

/** Whether one row that was saved reaches the limit of its place and question. */
export const risen = ({ place, value, more }) => more.kind !== "after" && value >= (place.rises_from?.[more.instrument] ?? Infinity) - GRAIN;
