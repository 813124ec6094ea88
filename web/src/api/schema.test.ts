/** The client is the one the OpenAPI document asks for. When this fails: `npm run generate`. */
import { readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, it } from "vitest";

it("is generated from openapi.json as it stands", async () => {
  const fresh = astToString(await openapiTS(new URL("../../openapi.json", import.meta.url)));
  const committed = readFileSync(new URL("./schema.d.ts", import.meta.url), "utf8");
  // The command line puts a banner above what the library returns.
  expect(committed.endsWith(fresh)).toBe(true);
}, 30_000);
