import assert from "node:assert/strict";
import { test } from "node:test";
import { chain, MOST, next } from "../../static/js/order.js";

const reading = (seq, more = {}, body = {}) => ({ seq, id: `r${seq}`, person: "a", path: `/api/v1/readings/r${seq}`, state: "waiting", body, ...more });
const visit = (seq, more = {}) => ({ ...reading(seq, more), path: `/api/v1/sessions/s${seq}` });
const ids = (rows) => rows.map(({ id }) => id);

const CASES = [
  ["nothing waits", [], []],
  ["readings travel together, in the phone's order", [reading(2), reading(1), reading(3)], ["r1", "r2", "r3"]],
  ["a visit goes by itself", [visit(1), reading(2)], ["r1"]],
  ["readings up to the next visit", [reading(1), visit(2), reading(3)], ["r1"]],
  ["one person at a time", [reading(1), reading(2, { person: "b" }), reading(3)], ["r1", "r3"]],
  ["what was sent or refused is left out", [reading(1, { state: "sent" }), reading(2, { state: "refused" }), reading(3)], ["r3"]],
  ["a refused one does not block those behind it", [reading(1, { state: "refused" }), reading(2)], ["r2"]],
  ["but its correction waits", [reading(1, { state: "refused" }), reading(2, {}, { supersedes: "r1" }), reading(3)], ["r3"]],
  ["and the correction's correction", [reading(1, { state: "refused" }), reading(2, {}, { supersedes: "r1" }), reading(3, {}, { supersedes: "r2" })], []],
  ["a correction waits for the answer about what it corrects", [reading(1), reading(2, {}, { supersedes: "r1" })], ["r1"]],
];

for (const [what, rows, expected] of CASES) test(what, () => assert.deepEqual(ids(next(rows)), expected));

test("one by one when the server refused them together", () => {
  assert.deepEqual(ids(next([reading(1), reading(2)], { alone: true })), ["r1"]);
});

test("a person whose entries cannot go now does not hold up another", () => {
  assert.deepEqual(ids(next([reading(1), reading(2, { person: "b" })], { past: new Set(["a"]) })), ["r2"]);
});

test("one that the tracker has a fault with waits with all that name it, and the others go", () => {
  const rows = [visit(1), reading(2, {}, { session_id: "s1" }), reading(3, {}, { supersedes: "r2" }), reading(4), reading(5, {}, { supersedes: "r4" })];
  assert.deepEqual(ids(next(rows, { faulty: new Set(["r1"]) })), ["r4"]);
  assert.deepEqual(ids(next(rows.slice(0, 3), { faulty: new Set(["r1"]) })), []);
});

test("at most 500 in one request, and less than the server's mebibyte", () => {
  const many = Array.from({ length: 600 }, (_, i) => reading(i));
  assert.equal(next(many).length, MOST);
  const large = Array.from({ length: 600 }, (_, i) => reading(i, {}, { reason: "x".repeat(2000) }));
  assert.ok(next(large).length < 400);
});

test("one too large for any request still goes, alone, to be refused", () => {
  assert.deepEqual(ids(next([reading(1, {}, { reason: "x".repeat(900_000) }), reading(2)])), ["r1"]);
});

test("a chain is an answer with its corrections", () => {
  const rows = [reading(1), reading(2, {}, { supersedes: "r1" }), reading(3), reading(4, {}, { supersedes: "r2" })];
  assert.deepEqual(ids(chain(rows, "r1")), ["r1", "r2", "r4"]);
});
