// A score far above the earlier ones: from the very limit on, never for an after-score, never where no limit is known.
import assert from "node:assert/strict";
import { test } from "node:test";
import { risen } from "../../static/js/rising.js";

const row = (value, { kind = "check_in", instrument = "nrs_week", limits = { nrs_week: 4 } } = {}) => ({ place: { rises_from: limits }, value, more: { kind, instrument } });

test("the limit itself counts, a step below does not", () => {
  const limits = { nrs_week: 4, nrs_now: 8 };
  assert.deepEqual([3, 4, 10].map((value) => risen(row(value, { limits }))), [false, true, true]);
  assert.equal(risen(row(7, { limits, instrument: "nrs_now" })), false);
});

test("a limit that is a mean is reached in spite of its last decimal", () => {
  assert.equal(risen(row(6, { limits: { nrs_week: 6.000000000000001 } })), true);
});

test("a zero is a score and no rise", () => {
  assert.equal(risen(row(0)), false);
});

test("an after-score, an unknown limit and an older phone's place offer nothing", () => {
  assert.equal(risen(row(10, { kind: "after" })), false);
  assert.equal(risen(row(10, { limits: {} })), false);
  assert.equal(risen({ place: {}, value: 10, more: { kind: "before", instrument: "nrs_now" } }), false);
});
