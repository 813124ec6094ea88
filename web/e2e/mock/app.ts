/** A signed-in page against the mock API, and ways to make things happen to its account. */
import { test as base, expect, type Page } from "@playwright/test";

export { expect };

export class App {
  constructor(readonly page: Page) {}

  /** Without the form, which has tests of its own: it would be half the time of many a test. */
  async signIn(email = "marina@demo.example"): Promise<void> {
    const answer = await this.page.request.post("/api/v1/session", {
      data: { email, password: "correct horse" },
    });
    expect(answer.ok()).toBe(true);
    await this.page.goto("/inbox");
    await expect(this.rows.first()).toBeVisible();
  }

  /** Makes something happen on the server: see mock/plugin.ts. */
  async happens(what: string, body: object = {}): Promise<void> {
    const answer = await this.page.request.post(`/__mock/${what}`, { data: body });
    expect(answer.ok()).toBe(true);
  }

  get rows() {
    return this.page.getByRole("list", { name: "Conversations" }).getByRole("listitem");
  }

  row(name: string) {
    return this.rows.filter({ hasText: name });
  }

  get log() {
    return this.page.getByRole("log", { name: "Messages" });
  }

  get box() {
    return this.page.getByRole("textbox", { name: "Message" });
  }

  bubble(text: string) {
    return this.log.getByRole("article").filter({ hasText: text });
  }

  async open(name: string): Promise<void> {
    await this.row(name).getByRole("link").click();
    await expect(this.page.getByRole("heading", { name })).toBeVisible();
    await expect(this.log.getByRole("article").first()).toBeVisible();
    // Behind the frame that shows it, it takes the focus: what is done before that, it undoes.
    await expect(this.box.and(this.page.locator(":focus, :disabled"))).toBeAttached();
  }

  async send(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press("Enter");
  }
}

export const test = base.extend<{ app: App; quiet: undefined }>({
  /** No page may throw, or try what its content security policy forbids. */
  quiet: [
    async ({ page }, use) => {
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (line) => {
        if (/content security policy|react|hydrat/i.test(line.text())) problems.push(line.text());
      });
      await use(undefined);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
  app: async ({ page }, use) => {
    const app = new App(page);
    await app.signIn();
    await use(app);
  },
});
