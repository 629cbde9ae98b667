// A phone's clock jumps between saving and sending: the send-time told makes the server's correction right all the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { heard, savedAt, sendTime } from "../../static/js/elapsed.js";
import { share } from "../../static/js/hours.js";

const T = Date.parse("2026-11-25T10:00:00Z"); // the server's time at sending
const HOUR = 3_600_000;
const YEARS = 7 * 365.25 * 24 * HOUR;

// [what, the phone's clock off by this on save, off by this at sending, known on save: skew, hours since the server was heard]
const CASES = [
  ["a right clock", 0, 0, 0, 5],
  ["a clock that is always two hours ahead", 2 * HOUR, 2 * HOUR, -2 * HOUR, 5],
  ["always seven years behind, server never heard", -YEARS, -YEARS, 0, null],
  ["put right between saving and sending", YEARS, 0, -YEARS, 5],
  ["put wrong between saving and sending", 0, -YEARS, 0, 5],
  ["wrong when last heard, put right before saving", 0, 0, YEARS, 5],
];

for (const [what, offSaved, offSent, skew, quiet] of CASES) {
  test(what, () => {
    const saved = T - 3 * HOUR; // true
    const row = { at: saved + offSaved, skew, heard: quiet === null ? null : T - quiet * HOUR };
    const told = sendTime(row, { phone: T + offSent, server: T });
    assert.equal(row.at + (T - told), saved, "raw + (server − told) is the true time");
  });
}

test("wrong on save, wrong since, never measured: just after what is known, never before it", () => {
  const row = { at: T + YEARS, skew: 0, heard: T - 5 * HOUR };
  assert.equal(savedAt(row, { phone: T, server: T }), T - 5 * HOUR);
  assert.equal(savedAt(row, { phone: T, server: T, after: T - HOUR }), T - HOUR);
});

test("a server that does not tell its time is told the phone's", () => {
  assert.equal(sendTime({ at: 1, skew: 0, heard: null }, { phone: 5, server: null }), 5);
});

test("those saved with one clock share a request, the next clock's follow", () => {
  const rows = [
    { id: 1, clock: { at: T - 3 * HOUR, skew: 0, heard: T - 5 * HOUR } },
    { id: 2, clock: { at: T - 2 * HOUR, skew: 0, heard: T - 5 * HOUR } },
    { id: 3, clock: { at: T - HOUR + YEARS, skew: -YEARS, heard: T - 2 * HOUR } },
  ];
  const first = share(rows, { phone: T, server: T });
  assert.deepEqual([first.going.map(({ id }) => id), first.sentAt], [[1, 2], T]);
  assert.deepEqual(share(rows.slice(2), { phone: T, server: T }), { going: [rows[2]], sentAt: T + YEARS });
});

test("the server's clock is read from its answer, in the middle of the round trip", () => {
  assert.deepEqual(heard("Wed, 25 Nov 2026 10:00:00 GMT", T - 400, T + 400), { skew: 500, heard: T });
  assert.equal(heard(null, 0, 1), null);
});
