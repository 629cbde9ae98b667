// Posing: a question asked, its receipt, and the same question once more: a new entry that replaces the old, which is kept.
import { ask } from "./ask.js";
import { reading } from "./entries.js";
import { here, screen } from "./here.js";
import { save } from "./send.js";
import { words } from "./words.js";

/**
 * A question is { when, above, below, fields(), tell(values), text(values) }: `tell` says what is to be stored as
 * [{ course, place, value, more }], one for each course and place; `text` what was saved, in words.
 * Resolves with { values, rows: [{ course, place, more, id, at }] }.
 */
export async function pose(question, ways = {}) {
  here.resting = false;
  const told = (values) => question.tell(values);
  const make = (values) => told(values).map(({ course, place, value, more }) => reading(course, place, value, more));
  const { values, entries } = await ask(screen, { ...question, ...ways, fields: question.fields(), make, store: save });
  return { values, rows: told(values).map((one, at) => ({ ...one, id: entries[at].id, at: entries[at].body.recorded_at })) };
}

/** Asked again after it was saved. `given` as `pose` told it; what the new answer no longer tells is left as it was. */
export async function poseAgain(question, given, back, reason = words.changedReason) {
  here.resting = false;
  const old = new Map(given.rows.map((row) => [keyOf(row), row]));
  const rows = (values) => question.tell(values).map((one) => ({ ...one, old: old.get(keyOf(one)) }));
  const make = (values) => rows(values).map(({ course, place, value, more, old: was }) => reading(course, place, value, { ...replacing(was, reason), ...more }));
  const { values, entries } = await ask(screen, { ...question, when: words.change, fields: question.fields(), make, back, store: save });
  return { values, rows: rows(values).map((one, at) => ({ ...one, id: entries[at].id, at: entries[at].body.recorded_at })) };
}

const keyOf = ({ course, place, more }) => [course.id, place.site, place.side, more.instrument, more.kind].join("|");

const replacing = (was, reason) => (was ? { recorded_at: was.at, supersedes: was.id, reason } : {});
