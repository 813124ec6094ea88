import type { Plugin } from "vite";

/** Development only: plays the API from memory (`npm run mock`), so that the app can be looked at without a backend. */
export function mockApi(): Plugin {
  return { name: "recado-mock-api" };
}
