/**
 * Who takes part in a story against the real binary: customers, each with a phone of the sandbox, and two agents of the demo
 * account, each with a browser of their own. Nobody is shared with a story that is told at the same time.
 */
import { randomUUID } from "node:crypto";
import {
  type APIRequestContext,
  type BrowserContext,
  test as base,
  expect,
  type Locator,
  type Page,
} from "@playwright/test";

export { expect };

const appUrl = process.env.RECADO_URL ?? "http://127.0.0.1:8080";
const sandboxUrl = process.env.RECADO_SANDBOX_URL ?? "http://127.0.0.1:8081";
const { api_key: apiKey = "" } = JSON.parse(process.env.RECADO_READY ?? "{}") as { api_key?: string };

export type OnPhone = {
  id: string;
  from_business: boolean;
  kind: string;
  text: string;
  content: { voice?: boolean; filename?: string; mime_type?: string } | null;
  reactions: { from_business: boolean; emoji: string }[];
  reply_to: string | null;
};

/** A customer of this run's own, with a phone of the sandbox. */
export class Customer {
  private constructor(
    private readonly request: APIRequestContext,
    readonly name: string,
    readonly number: string,
  ) {}

  static async make(request: APIRequestContext, first: string): Promise<Customer> {
    const name = named(first);
    const answer = await request.post(`${sandboxUrl}/sandbox/api/phones`, { data: { name } });
    expect(answer.ok()).toBe(true);
    return new Customer(request, name, (await answer.json()).wa_id);
  }

  private get url() {
    return `${sandboxUrl}/sandbox/api/phones/${this.number}`;
  }

  async does(what: object): Promise<OnPhone> {
    const answer = await this.request.post(`${this.url}/messages`, { data: what });
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.json();
  }

  async writes(text: string): Promise<void> {
    await this.does({ text });
  }

  async sees(): Promise<OnPhone[]> {
    const answer = await this.request.get(`${this.url}/messages`);
    expect(answer.ok()).toBe(true);
    return answer.json();
  }

  /** Waits until the phone has a message like this. */
  async gets(like: (message: OnPhone) => boolean): Promise<OnPhone> {
    let found: OnPhone | undefined;
    await expect
      .poll(async () => {
        found = (await this.sees()).find(like);
        return Boolean(found);
      })
      .toBe(true);
    return found as OnPhone;
  }

  /** The whole chat, in order: what one reads on the phone and nothing else. */
  async hasChat(...texts: string[]): Promise<void> {
    await expect.poll(async () => (await this.sees()).map(({ text }) => text)).toEqual(texts);
  }
}

/** An agent before the inbox. */
export class Agent {
  readonly list: Locator;
  readonly log: Locator;
  /** Where a reply is written. */
  readonly box: Locator;
  /** Where a note is written. */
  readonly note: Locator;
  readonly attend: Locator;
  /** Where there is room for one pane only. */
  readonly back: Locator;

  constructor(
    readonly page: Page,
    readonly name: string,
  ) {
    this.list = page.getByRole("list", { name: "Conversations", exact: true });
    this.log = page.getByRole("log", { name: "Messages" });
    this.box = page.getByRole("textbox", { name: "Message", exact: true });
    this.note = page.getByRole("textbox", { name: "Note", exact: true });
    this.attend = page.getByRole("button", { name: "Attend", exact: true });
    this.back = page.getByRole("button", { name: "Back to the list" });
  }

  /** The same agent in another tab. */
  async tab(path = "/inbox"): Promise<Agent> {
    const page = await this.page.context().newPage();
    await page.goto(path);
    return new Agent(page, this.name);
  }

  async show(tab: "Mine" | "Unassigned" | "All"): Promise<void> {
    const button = this.page.getByRole("tab", { name: new RegExp(`^${tab}`) });
    await button.click();
    await expect(button).toHaveAttribute("aria-selected", "true");
  }

  row({ name }: Customer): Locator {
    return this.list.getByRole("listitem").filter({ hasText: name });
  }

  /** Which place in the list the customer's conversation has. */
  async place(customer: Customer): Promise<number> {
    return Number(await this.row(customer).getAttribute("aria-posinset"));
  }

  heading({ name }: Customer): Locator {
    return this.page.getByRole("heading", { name, level: 2 });
  }

  async open(customer: Customer): Promise<void> {
    await this.row(customer).getByRole("link").click();
    await expect(this.heading(customer)).toBeVisible();
    await expect(this.log.getByRole("article").first()).toBeVisible();
  }

  bubble(text: string): Locator {
    return this.log.getByRole("article").filter({ hasText: text });
  }

  /** A line that says what happened. */
  line(text: string | RegExp): Locator {
    return this.log.locator("[data-activity]").filter({ hasText: text });
  }

  card(text: string): Locator {
    return this.log.getByRole("article", { name: /^Note by/ }).filter({ hasText: text });
  }

  get bell(): Locator {
    return this.page.getByRole("button", { name: /^Notifications/ });
  }

  /** Waits until the bell counts so many. */
  async isTold(count: number): Promise<void> {
    await expect(this.bell).toHaveAccessibleName(
      count === 0 ? "Notifications" : `Notifications ${count} unread`,
    );
  }

  /** In the panel of the bell. */
  notification(title: string, body: string): Locator {
    return this.page
      .getByRole("list", { name: "Notifications" })
      .getByRole("link")
      .filter({ hasText: title })
      .filter({ hasText: body });
  }

  get banner(): Locator {
    return this.page.getByText("Connection lost.");
  }

  async isConnected(): Promise<void> {
    await expect(this.page.locator("[data-live]")).toHaveAttribute("data-live", "open");
  }

  /** The id in the address. */
  get conversation(): string {
    return new URL(this.page.url()).searchParams.get("c") ?? "";
  }
}

type Who = { name: string; state: Awaited<ReturnType<APIRequestContext["storageState"]>> };

export const test = base.extend<
  { bruno: Agent; carla: Agent; customer: (first: string) => Promise<Customer> },
  { hired: { bruno: Who; carla: Who } }
>({
  /** Invited as anybody is. Once for each worker: joining is limited to so many in a minute. */
  hired: [
    async ({ playwright }, use) => {
      const hire = async (first: string): Promise<Who> => {
        const request = await playwright.request.newContext({ baseURL: appUrl });
        const invite = await request.post("/api/v1/invites", {
          headers: { Authorization: `Bearer ${apiKey}` },
          data: { role: "agent" },
        });
        expect(invite.ok(), await invite.text()).toBe(true);
        const token = new URL((await invite.json()).data.url).pathname.split("/").at(-1);
        const name = named(first);
        const joined = await request.post(`/api/v1/invites/token/${token}/accept`, {
          data: {
            name,
            email: `${name.replace(" ", ".").toLowerCase()}@miga.example`,
            password: randomUUID(),
          },
        });
        expect(joined.ok(), await joined.text()).toBe(true);
        const state = await request.storageState();
        await request.dispose();
        return { name, state };
      };
      await use({ bruno: await hire("Bruno"), carla: await hire("Carla") });
    },
    { scope: "worker" },
  ],
  bruno: async ({ browser, hired }, use) => {
    const context = await browser.newContext({ storageState: hired.bruno.state });
    await work(context, hired.bruno.name, use);
  },
  carla: async ({ browser, hired }, use) => {
    const context = await browser.newContext({ storageState: hired.carla.state });
    await work(context, hired.carla.name, use);
  },
  customer: async ({ request }, use) => {
    await use((first) => Customer.make(request, first));
  },
});

/** A day of an agent: comes to an inbox with nothing new, and no page of theirs may throw or break its policy. */
async function work(
  context: BrowserContext,
  name: string,
  use: (agent: Agent) => Promise<void>,
): Promise<void> {
  const problems: string[] = [];
  context.on("weberror", (error) => problems.push(String(error.error())));
  context.on("console", (line) => {
    if (/content security policy|react|hydrat/i.test(line.text())) problems.push(line.text());
  });
  const read = await context.request.post("/api/v1/notifications/read", { data: {} });
  expect(read.ok(), await read.text()).toBe(true);
  const page = await context.newPage();
  const agent = new Agent(page, name);
  await page.goto("/inbox");
  await agent.show("All");
  await expect(agent.list).toBeVisible();
  await agent.isConnected();
  await use(agent);
  await context.close();
  expect(problems).toEqual([]);
}

/** A name nobody else has. */
function named(first: string): string {
  return `${first} ${randomUUID().slice(0, 6)}`;
}
