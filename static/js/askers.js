// Askers: who asks the same thing today. One answer serves every course that asks it about the same place. Pure.

/** Each course that has this instrument open today: [{ course, kind }], `kind` as its answer is stored. */
export function askers(courses, instrument, today) {
  const open = ({ asks }) => asks.find((ask) => ask.instrument === instrument && ask.opens <= today && today <= ask.closes);
  return courses.filter(open).map((course) => ({ course, kind: open(course).kind }));
}

/** The places they ask about, each once: [{ place, of: [{ course, kind, place }] }]. */
export function byPlace(asking) {
  const found = new Map();
  for (const { course, kind } of asking) {
    for (const place of course.places) {
      const key = [place.site, place.side, place.words].join("|");
      if (!found.has(key)) found.set(key, { place, of: [] });
      found.get(key).of.push({ course, kind, place });
    }
  }
  return [...found.values()];
}

/** What is asked about the person, not about a place, is stored at each course's first place. */
export const aboutTheCourse = (asking) => asking.map(({ course, kind }) => ({ course, kind, place: course.places[0] }));
