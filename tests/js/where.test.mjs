import assert from "node:assert/strict";
import { test } from "node:test";

import { carried, insideApp } from "../../static/js/where.js";

test("a link carries its code, the skip link carries none", () => {
  assert.equal(carried({ hash: "#mainly-a-code" }), "mainly-a-code");
  assert.equal(carried({ hash: "#main" }), "");
  assert.equal(carried({ hash: "" }), "");
});

test("a chat's own browser is told apart from the phone's", () => {
  assert.equal(insideApp({ userAgent: "Mozilla/5.0 (iPhone) KAKAOTALK 10.8" }), true);
  assert.equal(insideApp({ userAgent: "Mozilla/5.0 (iPhone) Version/18.0 Mobile Safari/604.1" }), false);
});
