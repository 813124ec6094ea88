// Fails when the inbox needs more JavaScript than agreed: everything a first visit to /inbox downloads, brotli.
import { existsSync, readFileSync, statSync } from "node:fs";

const BUDGET_KB = 180;
const ROUTE = ["index.html", "src/features/inbox/index.ts", "src/i18n/locales/en.json"];

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const files = new Set();
for (const source of ROUTE) {
  const chunk = manifest[source];
  if (chunk) collect(chunk);
  else if (existsSync(source) && source !== "index.html")
    console.log(`budget: ${source} has no chunk of its own`);
}

let total = 0;
for (const file of [...files].sort()) {
  const packed = `dist/${file}.br`;
  const size = statSync(existsSync(packed) ? packed : `dist/${file}`).size;
  total += size;
  console.log(`${kb(size).padStart(8)}  ${file}`);
}
console.log(`${kb(total).padStart(8)}  inbox route, JavaScript, brotli (budget ${BUDGET_KB} kB)`);
if (total > BUDGET_KB * 1000) {
  console.error("The inbox route is over its budget: split what it does not need at once, or drop it.");
  process.exit(1);
}

function collect(chunk) {
  if (files.has(chunk.file)) return;
  if (chunk.file.endsWith(".js")) files.add(chunk.file);
  for (const next of chunk.imports ?? []) collect(manifest[next]);
}

function kb(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
