// Fails when the JavaScript of the first load (entry and its static imports) outgrows its budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 400;
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const seen = new Set();
function visit(key) {
  if (seen.has(key)) return;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) visit(next);
}
for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(key);

const sizes = [...seen].map((key) => gzipSync(readFileSync(`dist/${manifest[key].file}`)).length);
const kb = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
console.log(`first load: ${kb} KB of JavaScript, gzipped (budget ${BUDGET_KB} KB)`);
if (kb > BUDGET_KB) process.exit(1);
