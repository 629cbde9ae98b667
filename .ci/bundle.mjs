// Puts the phone's scripts into few files. Told on standard input, paths below the folder `from`:
// { from, to, scripts: { name: path }, parts: { name: [path] } }. Each script keeps its name and what it exports; what
// stands in a part's list moves into that part's one file, and its own file hands on from there.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { rollup } from "rollup";

const { from, to, scripts, parts } = JSON.parse(readFileSync(0, "utf-8"));
const partOf = new Map(Object.entries(parts).flatMap(([part, paths]) => paths.map((path) => [resolve(from, path), part])));
const bundle = await rollup({
  input: Object.fromEntries(Object.entries(scripts).map(([name, path]) => [name, resolve(from, path)])),
  preserveEntrySignatures: "strict",
  onwarn(warning) {
    if (warning.code !== "CIRCULAR_DEPENDENCY") throw new Error(warning.message); // screens lead to each other
  },
});
await bundle.write({
  dir: to,
  entryFileNames: "[name].js",
  chunkFileNames: "[name].js",
  manualChunks: (id) => partOf.get(id),
  hoistTransitiveImports: false,
});
