// Fails when the inbox needs more JavaScript than agreed: everything a first visit to /inbox downloads, brotli.
import { bytesOf, inboxScripts } from "./route.mjs";

const BUDGET_KB = 180;

let total = 0;
for (const file of inboxScripts("dist")) {
  const size = bytesOf("dist", file);
  total += size;
  console.log(`${kb(size).padStart(8)}  ${file}`);
}
console.log(`${kb(total).padStart(8)}  inbox route, JavaScript, brotli (budget ${BUDGET_KB} kB)`);
if (total > BUDGET_KB * 1000) {
  console.error("The inbox route is over its budget: split what it does not need at once, or drop it.");
  process.exit(1);
}

function kb(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
