/** Each action of the pages by each role: who may do it can, and whoever may not sees it and is told why. */
import { readdirSync, readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { ACTIONS, type Action, BY_ITSELF, OTHER_NOTE, OWN_NOTE, PALETTE } from "./actions.ts";
import { App, expect, test } from "./app.ts";

const ROLES = ["viewer", "agent", "admin", "owner"] as const;
type Role = (typeof ROLES)[number];

/** The table of roles, read from where it stands: the server's own. */
const PERMISSIONS = permissions(readFileSync("../crates/recado-model/src/permission.rs", "utf8"));
/** What each call needs, as the server's description of itself says. */
const CALLS = calls(JSON.parse(readFileSync("openapi.json", "utf8")));

// What is missing is missing at once.
test.use({ actionTimeout: 10_000 });
test.setTimeout(180_000);

for (const role of ROLES) {
  test(`what ${role}s may do`, async ({ page }) => {
    const refused = refusedRequests(page, role);
    const app = await signedIn(page, role);
    const me = await (await page.request.get("/api/v1/me")).json();
    expect(me.data.member.role).toBe(role);
    expect([...me.data.permissions].sort()).toEqual([...(PERMISSIONS[role] ?? [])].sort());

    for (const [place, actions] of Object.entries(ACTIONS)) {
      await go(app, place);
      for (const action of actions) {
        await test.step(`${role}: ${action.what}`, () => look(page, action, may(role, action)));
      }
    }
    expect(refused, "asked of the server without the permission").toEqual([]);
  });

  test(`what the palette offers ${role}s`, async ({ page }) => {
    const refused = refusedRequests(page, role);
    const app = await signedIn(page, role);
    await app.open("Ana Beatriz Ramos");
    await page.keyboard.press("Control+k");
    const options = page.getByRole("dialog", { name: "Search and commands" }).getByRole("option");
    const found = new Set<string>();
    const readLevel = async (level: string) => {
      await expect(options.first()).toBeVisible();
      for (const { name, off, text } of await options.evaluateAll((all) =>
        all.map((option) => ({
          name: option.querySelector("bdi")?.textContent ?? "",
          off: option.ariaDisabled === "true",
          text: option.textContent ?? "",
        })),
      )) {
        const known = level || name.replace("…", "");
        const asks = PALETTE[known];
        found.add(known);
        expect(off, `${level} ${name} is off`).toBe(asks !== undefined && !may(role, { asks }));
        if (off) expect(text).toMatch(/Your role |Only /);
      }
    };
    await readLevel("");
    for (const [level, needed] of [
      ["Settings", ""],
      ["Assign to", "Assign to"],
      ["Snooze", "Snooze"],
    ]) {
      const asks = PALETTE[needed ?? ""];
      // A list that leads to nothing is not opened.
      if (asks && !may(role, { asks })) continue;
      await page.keyboard.type(level ?? "");
      await options.filter({ hasText: `${level}…` }).click();
      await expect(options.filter({ hasText: `${level}…` })).toHaveCount(0);
      await readLevel(needed ?? "");
      await page.keyboard.press("Escape");
      await expect(options.filter({ hasText: `${level}…` })).toHaveCount(1);
    }
    expect(Object.keys(PALETTE).filter((name) => !found.has(name))).toEqual([]);
    expect(refused, "asked of the server without the permission").toEqual([]);
  });
}

test("keys do nothing that a viewer may not", async ({ page }) => {
  const refused = refusedRequests(page, "viewer");
  const app = await signedIn(page, "viewer");
  for (const key of "euaxcrn") {
    await app.open("Priya Nair");
    await app.log.press(key);
    await expect(page.getByRole("status").filter({ hasText: /Your role / }), key).toBeVisible();
    await page.goto("/inbox");
    await expect(app.rows.first()).toBeVisible();
  }
  expect(refused, "asked of the server without the permission").toEqual([]);
});

test("whatever the pages may be refused is looked at", () => {
  const looked = new Set(Object.values(ACTIONS).flatMap((all) => all.map(({ asks }) => asks)));
  const source = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|schema\.d\.ts$/.test(file))
    .map((file) => readFileSync(`src/${file}`, "utf8"))
    .join("\n");
  const made = [...source.matchAll(/api\.(POST|PUT|PATCH|DELETE)\(\s*"\/api\/v1([^"]+)"/g)]
    .map(([, method, path]) => `${method} ${path}`)
    .filter((call) => CALLS.get(call));
  expect(made.length).toBeGreaterThan(40);
  expect([...new Set(made)].filter((call) => !looked.has(call) && !BY_ITSELF.includes(call))).toEqual([]);
});

async function look(page: Page, { control, within, said }: Action, allowed: boolean): Promise<void> {
  const way = within?.(page);
  if (way && !allowed && (await way.count()) === 1 && (await isOff(way))) return seesWhyNot(way);
  // Where the way to it is gone too, what the page says is in its place.
  if (way && (allowed || (await way.count()) > 0)) await way.click();
  if (allowed) await mayUse(control(page));
  else if (said === undefined) await seesWhyNot(control(page));
  else {
    if (said) await expect(page.getByText(said).filter({ visible: true }).first()).toBeVisible();
    await expect(control(page)).toHaveCount(0);
  }
  if (way) await page.keyboard.press("Escape");
}

async function mayUse(control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  await expect(control).not.toHaveAttribute("aria-disabled", "true");
  await expect(control).not.toHaveAttribute("readonly");
  await expect(control).toBeEnabled();
}

/** It is there, does nothing, and says so to those who see it and to those who hear it. */
async function seesWhyNot(control: Locator): Promise<void> {
  await expect(control).toBeAttached();
  expect(await isOff(control), "is switched off").toBe(true);
  await expect(control).toHaveAccessibleDescription(/Your role |Only /);
}

async function isOff(control: Locator): Promise<boolean> {
  return control.evaluate((element) => element.matches("[aria-disabled=true], :disabled, [readonly]"));
}

async function signedIn(page: Page, role: Role): Promise<App> {
  const app = new App(page);
  await app.signIn(`${role}@demo.example`);
  return app;
}

async function go(app: App, place: string): Promise<void> {
  const { page } = app;
  const conversation = () => new URL(page.url()).searchParams.get("c");
  switch (place) {
    case "nobody's":
      return app.open("Ana Beatriz Ramos");
    case "somebody's": {
      await app.open("Jonas Weber");
      const id = await app.bubble("Thank you, that was quick.").getAttribute("data-id");
      await app.happens("react", { message: id, emoji: "🎉" });
      await app.happens("note", { conversation: conversation(), text: OTHER_NOTE });
      await app.happens("note", { conversation: conversation(), text: OWN_NOTE, own: true });
      await expect(page.getByRole("listitem").filter({ hasText: OWN_NOTE })).toBeVisible();
      return;
    }
    case "failed":
      return app.open("Mehmet Yılmaz");
    case "list":
      await app.row("Priya Nair").hover();
      return;
    case "chosen": {
      const box = page.getByRole("checkbox", { name: "Select Priya Nair" });
      if ((await box.count()) > 0) await box.click();
      return;
    }
  }
  if (place === "/numbers") {
    // Those who may not are refused, which is as well.
    await page.request.put("/api/v1/integrations/twilio", {
      data: { account_sid: `AC${"5".repeat(32)}`, auth_token: "right" },
    });
  }
  if (place === "/numbers/connect") {
    await page.route("**/api/v1/integrations/sandbox", (route) =>
      route.fulfill({ json: { data: { available: true } } }),
    );
  }
  const webhooks = place.includes("$id") ? await (await page.request.get("/api/v1/webhooks")).json() : null;
  const path = place.replace("$id", webhooks?.data?.[0]?.id ?? "none");
  // As a link would: without loading everything anew.
  await page.evaluate((path) => history.pushState({}, "", path), path);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
}

/** Notes what the page asks of the server that it refuses, or would: the mock does not know of everything. */
function refusedRequests(page: Page, role: Role): string[] {
  const refused: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    const call = callOf(`${request.method()} ${pathname.replace(/^\/api\/v1/, "")}`);
    if (pathname.startsWith("/api/v1/") && !may(role, { asks: call })) refused.push(call);
  });
  page.on("response", (response) => {
    if (response.status() === 403) refused.push(`${response.request().method()} ${response.url()}`);
  });
  return refused;
}

function may(role: Role, { asks, also }: Pick<Action, "asks" | "also">): boolean {
  const needs = CALLS.get(asks);
  if (needs === undefined) throw new Error(`The API has no ${asks}`);
  const has = (needed: string | null | undefined) => !needed || PERMISSIONS[role].includes(needed);
  return has(needs) && (also === role || has(also));
}

/** The call as the API describes it, with the names of what stands in the path. */
function callOf(asked: string): string {
  if (CALLS.has(asked)) return asked;
  const parts = asked.split("/");
  const fits = (call: string) => {
    const known = call.split("/");
    return known.length === parts.length && known.every((part, at) => part[0] === "{" || part === parts[at]);
  };
  return [...CALLS.keys()].find(fits) ?? asked;
}

type Described = { paths: Record<string, Record<string, { security?: Record<string, string[]>[] }>> };

function calls({ paths }: Described): Map<string, string | null> {
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]): [string, string | null] => [
        `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, "")}`,
        security?.find((way) => way.session)?.session?.[0] ?? null,
      ]),
    ),
  );
}

function permissions(source: string): Record<Role, string[]> {
  const words = new Map(
    [...source.matchAll(/(\w+) = "([a-z]+:[a-z]+)"/g)].map(([, name, word]) => [name, word as string]),
  );
  const listed = (name: string) =>
    [...(new RegExp(`let ${name} = \\[([^\\]]*)`).exec(source)?.[1] ?? "").matchAll(/P::(\w+)/g)].map(
      ([, each]) => words.get(each) ?? `unknown ${each}`,
    );
  expect(source).toContain("Self::Admin | Self::Owner => P::ALL");
  const viewer = listed("viewer");
  const all = [...words.values()];
  return { viewer, agent: [...viewer, ...listed("agent")], admin: all, owner: all };
}
