// Writes `.br` and `.gz` beside every text file of dist, so that the server never compresses while answering.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TEXT = new Set([".js", ".css", ".html", ".svg", ".json", ".webmanifest", ".txt"]);

for (const entry of readdirSync("dist", { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !TEXT.has(extname(path)) || path.includes(".vite")) continue;
  const raw = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
  };
  for (const [suffix, packed] of [
    [".br", brotliCompressSync(raw, { params })],
    [".gz", gzipSync(raw, { level: 9 })],
  ]) {
    if (packed.length < raw.length) writeFileSync(path + suffix, packed);
  }
}
