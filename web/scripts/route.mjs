// What a first visit to /inbox downloads: the scripts, and how large they are on their way.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const ROUTE = ["index.html", "src/features/inbox/index.ts", "src/i18n/locales/en.json"];

/** The files of a built app, by their names in it. */
export function inboxScripts(dist) {
  const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
  const files = new Set();
  const collect = (chunk) => {
    if (files.has(chunk.file)) return;
    if (chunk.file.endsWith(".js")) files.add(chunk.file);
    for (const next of chunk.imports ?? []) collect(manifest[next]);
  };
  for (const source of ROUTE) {
    if (manifest[source]) collect(manifest[source]);
    else console.warn(`budget: ${source} has no chunk of its own`);
  }
  return [...files].sort();
}

/** As it is sent: compressed, where that is smaller. */
export function bytesOf(dist, file) {
  const packed = join(dist, `${file}.br`);
  return statSync(existsSync(packed) ? packed : join(dist, file)).size;
}
