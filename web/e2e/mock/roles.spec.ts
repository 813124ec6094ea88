/** Each action of the pages by each role: who may do it can, and whoever may not sees it and is told why. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { App, expect, test } from "./app.ts";

const ROLES = ["viewer", "agent", "admin", "owner"] as const;
type Role = (typeof ROLES)[number];

/** The table of roles, read from where it stands: the server's own. */
const PERMISSIONS = permissions(readFileSync("../crates/recado-model/src/permission.rs", "utf8"));

type Action = {
  what: string;
  /** A permission; or a role, where one alone may. */
  needs: string;
  control: (page: Page) => Locator;
  /** What the page says instead of showing the control. */
  said?: string;
  /** Opens what the control is in, and closes it again. */
  within?: (page: Page) => Locator;
};

const button = (name: string | RegExp) => (page: Page) =>
  page.getByRole("main").getByRole("button", { name, exact: true });
const link = (name: string) => (page: Page) => page.getByRole("main").getByRole("link", { name });
const item = (name: string | RegExp) => (page: Page) => page.getByRole("menuitem", { name });

const CONTACTS = "Your role can see contacts but not change them.";
const MEMBERS = "Only admins and owners manage members.";
const message = (page: Page) =>
  page.getByRole("article").filter({ hasText: "Thank you, that was quick." }).locator("[data-menu]");

/** By the page they stand on; `inbox` with a conversation that somebody has, `free` with one that nobody has. */
const ACTIONS: Record<string, Action[]> = {
  free: [{ what: "attend", needs: "conversations:write", control: button("Attend") }],
  inbox: [
    { what: "start a conversation", needs: "messages:send", control: button("Start a conversation") },
    { what: "assign", needs: "conversations:write", control: button(/^Assignee:/) },
    { what: "change the status", needs: "conversations:write", control: button(/^Status:/) },
    { what: "snooze", needs: "conversations:write", control: button("Snooze") },
    { what: "close", needs: "conversations:write", control: button("Close") },
    {
      what: "select many",
      needs: "conversations:write",
      control: item(/^Select/),
      within: button(/^Order:/),
    },
    {
      what: "close from the menu",
      needs: "conversations:write",
      control: item(/^Close/),
      within: button("More"),
    },
    {
      what: "mark as unread",
      needs: "conversations:write",
      control: item("Mark as unread"),
      within: button("More"),
    },
    { what: "delete", needs: "conversations:delete", control: item(/^Delete/), within: button("More") },
    {
      what: "answer",
      needs: "messages:send",
      control: (page) => page.getByRole("textbox", { name: "Message" }),
    },
    {
      what: "answer a message",
      needs: "messages:send",
      control: (page) => page.getByRole("dialog").getByRole("button", { name: /^Reply/ }),
      within: message,
    },
    {
      what: "delete a message",
      needs: "messages:delete",
      control: (page) => page.getByRole("dialog").getByRole("button", { name: /^Delete/ }),
      within: message,
    },
    { what: "write a note", needs: "notes:write", control: button("Note") },
    {
      what: "write a note about the contact",
      needs: "notes:write",
      control: button("Add a note"),
      said: "Your role can read notes but not write them.",
    },
    { what: "change the contact", needs: "contacts:write", control: button(/^Name: .*Edit/), said: CONTACTS },
    { what: "tag the contact", needs: "contacts:write", control: button("Tag"), said: CONTACTS },
  ],
  "/settings/members": [
    { what: "invite", needs: "members:manage", control: button("Invite someone") },
    {
      what: "let a member use WhatsApp",
      needs: "members:manage",
      control: (page) => page.getByRole("switch", { name: /Ayşe Demir/ }),
    },
    {
      what: "change a role",
      needs: "members:manage",
      control: (page) => page.getByRole("combobox", { name: "Role of Ayşe Demir" }),
      said: MEMBERS,
    },
    { what: "remove a member", needs: "members:manage", control: button("Remove Ayşe Demir"), said: MEMBERS },
  ],
  "/settings/account": [
    {
      what: "rename the account",
      needs: "account:manage",
      control: (page) => page.getByRole("textbox", { name: "Name of your business" }),
    },
    { what: "hand the account over", needs: "owner", control: button("Hand over") },
  ],
  "/settings/tags": [
    { what: "create a tag", needs: "contacts:write", control: button("New tag") },
    { what: "delete a tag", needs: "contacts:write", control: button("Delete VIP") },
  ],
  "/settings/canned-replies": [
    {
      what: "write canned replies",
      needs: "messages:send",
      control: button("New canned reply"),
      said: "Your role does not answer customers.",
    },
  ],
  "/settings/api-keys": [
    {
      what: "create a key",
      needs: "keys:manage",
      control: button("Create API key"),
      said: "Only admins and owners manage API keys.",
    },
  ],
  "/settings/webhooks": [
    {
      what: "add a webhook",
      needs: "webhooks:manage",
      control: button("Add webhook"),
      said: "Only admins and owners manage webhooks.",
    },
  ],
  "/settings/attention": [
    {
      what: "replay webhooks",
      needs: "operations:manage",
      control: button("Replay"),
      said: "Only admins and owners see what needs attention.",
    },
  ],
  "/settings/audit": [
    {
      what: "read the audit log",
      needs: "audit:read",
      control: (page) => page.getByRole("list", { name: "Audit log" }),
      said: "Only admins and owners see the audit log.",
    },
  ],
  "/numbers": [
    {
      what: "connect a number",
      needs: "channels:manage",
      control: link("Connect a number"),
      said: "Only admins and owners connect and change numbers.",
    },
    {
      what: "switch a number off",
      needs: "channels:manage",
      control: (page) => page.getByRole("switch").first(),
    },
    {
      what: "archive from the table",
      needs: "conversations:write",
      control: (page) => page.getByRole("button", { name: /^(Archive|Reopen) the conversation/ }).first(),
    },
  ],
  "/templates": [
    {
      what: "create a template",
      needs: "channels:manage",
      control: link("Create a template"),
      said: "Only admins and owners write templates.",
    },
  ],
};

// What is missing is missing at once.
test.use({ actionTimeout: 10_000 });

for (const role of ROLES) {
  test(`what ${role}s may do`, async ({ page }) => {
    test.setTimeout(90_000);
    const app = await signedIn(page, role);
    const me = await (await page.request.get("/api/v1/me")).json();
    expect(me.data.member.role).toBe(role);
    expect([...me.data.permissions].sort()).toEqual([...(PERMISSIONS[role] ?? [])].sort());

    for (const [place, actions] of Object.entries(ACTIONS)) {
      await go(app, place);
      for (const action of actions) {
        await test.step(`${role}: ${action.what}`, async () => {
          const may = action.needs === role || PERMISSIONS[role]?.includes(action.needs);
          await action.within?.(page).click();
          if (may) await mayUse(action.control(page));
          else if (action.said) {
            await expect(page.getByText(action.said).filter({ visible: true }).first()).toBeVisible();
            await expect(action.control(page)).toHaveCount(0);
          } else await seesWhyNot(action.control(page));
          if (action.within) await page.keyboard.press("Escape");
        });
      }
    }
  });
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
  const off = await control.evaluate((element) =>
    element.matches("[aria-disabled=true], :disabled, [readonly]"),
  );
  expect(off, "is switched off").toBe(true);
  await expect(control).toHaveAccessibleDescription(/Your role |Only /);
}

async function signedIn(page: Page, role: Role): Promise<App> {
  const app = new App(page);
  await app.signIn(`${role}@demo.example`);
  return app;
}

async function go(app: App, place: string): Promise<void> {
  const { page } = app;
  if (place === "free") return app.open("Ana Beatriz Ramos");
  if (place === "inbox") return app.open("Jonas Weber");
  // As a link would: without loading everything anew.
  await page.evaluate((path) => history.pushState({}, "", path), place);
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
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
