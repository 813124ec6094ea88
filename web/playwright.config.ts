import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

// `recado`: against a running Recado (RECADO_URL, RECADO_SANDBOX_URL, RECADO_EMAIL, RECADO_PASSWORD), as `recado dev --json` prints them.
// `mock`: the app alone, built, against the mock API, at RECADO_MOCK_PORT, so that two checkouts can be tested at once.
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const mockPort = process.env.RECADO_MOCK_PORT ?? "5179";
const mockUrl = `http://127.0.0.1:${mockPort}`;
const mocked = process.argv.includes("--project=mock");

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  reporter: [["list"]],
  timeout: 60_000,
  // Seconds, for a machine that has more to do than this.
  expect: { timeout: 10_000 },
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    // Recording traces doubles the time of everything; to look into a failure add `--trace on`.
    trace: "off",
    // What the tests see comes from the server; the one about the worker itself allows it.
    serviceWorkers: "block",
    launchOptions: {
      ...(existsSync(chromium) ? { executablePath: chromium } : {}),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    {
      name: "recado",
      testDir: "e2e/recado",
      use: { baseURL: process.env.RECADO_URL ?? "http://127.0.0.1:8080" },
    },
    { name: "mock", testDir: "e2e/mock", use: { baseURL: mockUrl } },
  ],
  ...(mocked
    ? {
        webServer: {
          // In a folder of its own: `dist` is what the binary carries, compressed.
          command: `npx vite build --logLevel warn --outDir dist-mock && RECADO_MOCK=1 npx vite preview --outDir dist-mock --port ${mockPort} --strictPort --host 127.0.0.1`,
          url: mockUrl,
          // One that is left over from another checkout serves another app.
          reuseExistingServer: false,
        },
      }
    : {}),
});
