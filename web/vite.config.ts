/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { mockApi } from "./mock/plugin.ts";
import { emojiData } from "./scripts/emoji.ts";

const recado = process.env.RECADO_URL ?? "http://127.0.0.1:8080";
const sandbox = process.env.RECADO_SANDBOX_URL ?? "http://127.0.0.1:8081";
const mocked = process.env.RECADO_MOCK === "1";

/** In development `/sandbox` is answered with the second page, as the sandbox server does in production. */
function sandboxPage(): Plugin {
  return {
    name: "recado-sandbox-page",
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (/^\/sandbox(?!\/api)(\/[^.]*)?(\?|$)/.test(request.url ?? "")) request.url = "/sandbox.html";
        next();
      });
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), emojiData(), sandboxPage(), ...(mocked ? [mockApi()] : [])],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    port: 5173,
    // The session cookie and the origin check see one origin: the browser's. `changeOrigin` keeps both in step.
    proxy: {
      "/sandbox/api": { target: sandbox, changeOrigin: true },
      ...(mocked ? {} : { "/api": { target: recado, ws: true, changeOrigin: true, rewriteWsOrigin: true } }),
    },
  },
  preview: {
    // What recado-web sends, so that tests of the built app meet it.
    headers: {
      "Content-Security-Policy":
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    },
  },
  build: {
    target: "es2023",
    manifest: true,
    // A strict content security policy forbids data: fonts and inlined scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: "index.html", sandbox: "sandbox.html" } },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
