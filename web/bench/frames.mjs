// How fast the inbox is in a browser, as docs/performance.md describes it: Recado on loopback, Chromium, real clicks and
// keys, live messages. Prints one flat JSON object; `make bench` puts it with its own figures. Nothing here is a test.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { bytesOf, inboxScripts } from "../scripts/route.mjs";
import { floor, install } from "./clocks.mjs";
import { furnish, startRecado, write } from "./shop.mjs";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const binary = resolve(process.env.RECADO_BINARY ?? join(root, "target/release/recado"));
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Conversations that are opened for the first time, and how often one goes back to one of the last ten after that. */
const UNVISITED = 30;
const VISITED = 100;
const NEAR = 10;
/** What a person takes to look, at least: what a switch leaves to do is done by then. */
const LOOK_MS = 200;
const KEYS = { count: 300, everyMs: 50 };
const LIVE = { perSecond: 50, conversations: 10 };
const FRAME_MS = 1000 / 60;
/** A frame is late when another would have fit before it. */
const LATE = 1.5;

if (!existsSync(browserPath)) {
  console.error(
    `No Chromium at ${browserPath}: the browser's speed is not measured. Name one with CHROMIUM.`,
  );
  console.log("{}");
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), "recado-frames-"));
const recado = await startRecado(binary, join(folder, "data"));
const browser = await chromium.launch({
  executablePath: browserPath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
  ],
});
try {
  const customers = await furnish(recado);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en" });
  await context.addInitScript(install);
  const bare = await measureFloor(await context.newPage(), customers);
  const inbox = await openInbox(context);
  const { visited, forgotten, unvisited } = await measureSwitches(inbox, customers);
  const typing = await measureTyping(inbox, customers);
  const figures = {
    ...switching("switch_floor", bare.switches),
    ...switching("switch_visited", visited),
    // In the first frame after the click, however long that took to make: 1.
    switch_visited_frames_p99: quantile(
      visited.map(({ frames }) => frames),
      0.99,
    ),
    switch_visited_ratio: quantile(ms(visited), 0.5) / quantile(ms(bare.switches), 0.5),
    ...switching("switch_forgotten", forgotten),
    ...switching("switch_unvisited", unvisited),
    ...typed("typing_floor", bare.typing),
    ...typed("typing", typing),
    typing_messages_per_s: typing.told,
    inbox_js_brotli_kb: scriptsKb(),
  };
  console.log(JSON.stringify(figures));
} finally {
  await browser.close();
  await recado.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The same clicks, the same keys and the same load on the machine, on a page with nothing in it. */
async function measureFloor(page, customers) {
  await page.goto("about:blank");
  await page.evaluate(floor);
  const place = await page.locator("#next").boundingBox();
  const switches = [];
  for (let round = 0; round < VISITED / 2; round++) {
    await page.locator("#next").evaluate((button, next) => {
      button.dataset.next = next;
    }, `shown-${round}`);
    switches.push(await click(page, place, `#shown-${round}`));
  }
  const typing = await measureKeys(page, page.locator("textarea"), customers);
  await page.close();
  return { switches, typing };
}

async function openInbox(context) {
  const page = await context.newPage();
  const { email, password, url } = recado;
  const answer = await context.request.post(`${url}/api/v1/session`, { data: { email, password } });
  if (!answer.ok()) throw new Error(`Signing in was answered ${answer.status()}.`);
  await page.goto(`${url}/inbox?tab=all`);
  await page.locator("[data-live=open]").waitFor({ state: "attached" });
  await page.locator("[data-conversation]").first().waitFor();
  // Fetched when the list is there; nobody clicks within this second.
  await pause(1_000);
  return page;
}

async function measureSwitches(page, customers) {
  const unvisited = [];
  const visited = [];
  for (const customer of customers.slice(0, UNVISITED)) {
    unvisited.push(await open(page, customer));
  }
  const near = customers.slice(0, NEAR);
  // Open once before, and so many others since that the page need not keep them.
  const forgotten = [];
  for (const customer of near) forgotten.push(await open(page, customer));
  let at = NEAR - 1;
  for (let round = 0; round < VISITED; round++) {
    // Never the same one twice, every distance in turn.
    at = (at + 1 + (round % (NEAR - 1))) % NEAR;
    visited.push(await open(page, near[at]));
  }
  return { visited, forgotten, unvisited };
}

/** Clicks a customer's row; resolves to how long it took until their messages were in a frame. */
async function open(page, { name }) {
  const row = page.locator("[data-conversation]").filter({ hasText: name });
  await bringIntoView(page, row, name);
  return click(page, await row.boundingBox(), `section[aria-label*="${name}"] [role=log] article`);
}

/** Rows out of view are not in the page: turns the wheel until this one is. */
async function bringIntoView(page, row, name) {
  const list = page.locator("ul[data-total]").locator("..");
  await list.evaluate(
    (scroller, place) => {
      if (place < scroller.scrollTop || place + 136 > scroller.scrollTop + scroller.clientHeight) {
        scroller.scrollTop = place - scroller.clientHeight / 2;
      }
    },
    Number(name.slice(-3)) * 68,
  );
  await row.waitFor();
  // Pictures come in any order, and the rows with them.
  await row.scrollIntoViewIfNeeded();
  await pause(LOOK_MS);
}

async function click(page, { x, y, width, height }, selector) {
  await page.evaluate((wanted) => {
    window.bench.appeared = window.bench.appears(wanted);
  }, selector);
  // The mouse comes from elsewhere and presses at once: a person hovers longer.
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.up();
  return page.evaluate(() => window.bench.appeared);
}

async function measureTyping(page, customers) {
  await open(page, customers[0]);
  const box = page.getByRole("textbox", { name: "Message", exact: true });
  return measureKeys(page, box, customers);
}

/** Types while messages arrive: in the open conversation and others, in turn. */
async function measureKeys(page, box, customers) {
  await box.click();
  const writing = writeSteadily(customers.slice(0, LIVE.conversations));
  await pause(1_000);
  await page.evaluate(() => window.bench.begin());
  const start = performance.now();
  for (let count = 0; count < KEYS.count; count++) {
    await pause(start + count * KEYS.everyMs - performance.now());
    await page.keyboard.press(count % 6 === 5 ? "Space" : "abcdefghijklmnopqrstuvwxyz"[count % 26]);
  }
  const seen = await page.evaluate(() => window.bench.end());
  const told = await writing.stop();
  return { ...seen, told };
}

/** So many messages a second, each at its time; resolves to how many a second it was when it is stopped. */
function writeSteadily(customers) {
  const start = performance.now();
  const sent = [];
  const timer = setInterval(() => {
    const due = ((performance.now() - start) / 1000) * LIVE.perSecond;
    while (sent.length < due) {
      sent.push(write(recado, customers[sent.length % customers.length], sent.length));
    }
  }, 5);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(sent);
      return sent.length / ((performance.now() - start) / 1000);
    },
  };
}

function switching(name, switches) {
  return {
    [`${name}_p50_ms`]: quantile(ms(switches), 0.5),
    [`${name}_p99_ms`]: quantile(ms(switches), 0.99),
  };
}

function typed(name, { frames, longTasks, keys }) {
  const gaps = frames.slice(1).map((at, before) => at - frames[before]);
  return {
    [`${name}_key_p50_ms`]: quantile(keys, 0.5),
    [`${name}_key_p99_ms`]: quantile(keys, 0.99),
    // Of those there was time for.
    [`${name}_late_frames_percent`]: (100 * gaps.filter((gap) => gap > LATE * FRAME_MS).length) / gaps.length,
    [`${name}_long_tasks`]: longTasks.length,
  };
}

function scriptsKb() {
  const dist = join(root, "web/dist");
  const scripts = inboxScripts(dist);
  return scripts.reduce((sum, file) => sum + bytesOf(dist, file), 0) / 1000;
}

function ms(switches) {
  return switches.map((one) => one.ms);
}

function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
