/** Everything in the pages that not everybody may do: where its control stands, and what it asks of the server. */
import type { Locator, Page } from "@playwright/test";

export type Action = {
  what: string;
  /** The call that it makes: the API's description says which permission that needs. */
  asks: string;
  /** What the server wants beside that: another permission, or a role that alone may. */
  also?: string;
  control: (page: Page) => Locator;
  /** What the page says where it does not show the control; nothing where the same stands beside it with its reason. */
  said?: string | null;
  /** Opens what the control is in. Where that is switched off itself, it is what says why. */
  within?: (page: Page) => Locator;
};

const button = (name: string | RegExp) => (page: Page) =>
  page.getByRole("main").getByRole("button", { name, exact: true });
const link = (name: string) => (page: Page) => page.getByRole("main").getByRole("link", { name });
const item = (name: string | RegExp) => (page: Page) => page.getByRole("menuitem", { name, exact: true });
const inDialog = (name: string | RegExp) => (page: Page) =>
  page.getByRole("dialog").getByRole("button", { name });
const textbox = (name: string) => (page: Page) => page.getByRole("main").getByRole("textbox", { name });
const ofMany = (name: string) => (page: Page) =>
  page.getByRole("toolbar", { name: "Selected conversations" }).getByRole("button", { name });

const SENDING = "Your role does not answer customers.";
const CONTACTS = "Your role can see contacts but not change them.";
const MEMBERS = "Only admins and owners manage members.";
const NUMBERS = "Only admins and owners connect and change numbers.";
const TEMPLATES = "Only admins and owners write templates.";
const KEYS = "Only admins and owners manage API keys.";
const WEBHOOKS = "Only admins and owners manage webhooks.";
const ATTENTION = "Only admins and owners see what needs attention.";

const CONVERSATION = "PATCH /conversations/{id}";
const MANY = "POST /conversations/bulk";

/** In the thread; what was written by the reader, and by somebody else. */
const message = (page: Page) =>
  page.getByRole("article").filter({ hasText: "Thank you, that was quick." }).locator("[data-menu]");
const card = (text: string) => (page: Page) =>
  page
    .getByRole("log")
    .getByRole("article")
    .filter({ hasText: text })
    .getByRole("button", { name: "Note actions" });
const aside = (text: string, name: string) => (page: Page) =>
  page.getByRole("listitem").filter({ hasText: text }).getByRole("button", { name, exact: true });
export const OWN_NOTE = "Written by the reader";
export const OTHER_NOTE = "Written by a colleague";

function notes(): Action[] {
  return [
    { text: OWN_NOTE, whose: "one's own note" },
    // For who may take messages out of the inbox.
    { text: OTHER_NOTE, whose: "a colleague's note", also: "messages:delete" },
  ].flatMap(({ text, whose, also }) => {
    const more = also ? { also } : {};
    const change = { asks: "PATCH /notes/{id}", ...more };
    const remove = { asks: "DELETE /notes/{id}", ...more };
    return [
      { what: `change ${whose}`, ...change, control: item("Edit"), within: card(text) },
      { what: `delete ${whose}`, ...remove, control: item("Delete"), within: card(text) },
      { what: `change ${whose} beside the thread`, ...change, control: aside(text, "Edit") },
      { what: `delete ${whose} beside the thread`, ...remove, control: aside(text, "Delete") },
    ];
  });
}

/** By where they stand: an address, or a state of the inbox that the test brings about. */
export const ACTIONS: Record<string, Action[]> = {
  "nobody's": [{ what: "attend", asks: CONVERSATION, also: "messages:send", control: button("Attend") }],
  "somebody's": [
    { what: "start a conversation", asks: "POST /conversations", control: button("Start a conversation") },
    { what: "assign", asks: CONVERSATION, control: button(/^Assignee:/) },
    { what: "change the status", asks: CONVERSATION, control: button(/^Status:/) },
    { what: "snooze", asks: CONVERSATION, control: button("Snooze") },
    { what: "close", asks: CONVERSATION, control: button("Close") },
    { what: "close from the menu", asks: CONVERSATION, control: item(/^Close/), within: button("More") },
    {
      what: "mark as unread",
      asks: "POST /conversations/{id}/unread",
      control: item(/^Mark as unread/),
      within: button("More"),
    },
    {
      what: "delete",
      asks: "DELETE /conversations/{id}",
      control: item(/^Delete/),
      within: button("More"),
    },
    { what: "select many", asks: MANY, control: item(/^Select/), within: button(/^Order:/) },
    {
      what: "answer",
      asks: "POST /conversations/{id}/messages",
      control: (page) => page.getByRole("textbox", { name: "Message" }),
    },
    {
      what: "answer a message",
      asks: "POST /conversations/{id}/messages",
      control: inDialog(/^Reply/),
      within: message,
    },
    {
      what: "react",
      asks: "PUT /messages/{id}/reaction",
      control: inDialog("React with 👍"),
      said: SENDING,
      within: message,
    },
    {
      what: "react as somebody else did",
      asks: "PUT /messages/{id}/reaction",
      control: (page) => page.getByRole("list", { name: "Reactions" }).getByRole("button", { name: "🎉" }),
    },
    {
      what: "delete a message",
      asks: "DELETE /messages/{id}",
      control: inDialog(/^Delete/),
      within: message,
    },
    { what: "write a note", asks: "POST /notes", control: button("Note") },
    {
      what: "write a note about the contact",
      asks: "POST /notes",
      control: button("Add a note"),
      said: "Your role can read notes but not write them.",
    },
    ...notes(),
    {
      what: "change the contact",
      asks: "PATCH /contacts/{id}",
      control: button(/^Name: .*Edit/),
      said: CONTACTS,
    },
    { what: "tag the contact", asks: "POST /contacts/{id}/tags", control: button("Tag"), said: CONTACTS },
  ],
  failed: [{ what: "send again", asks: "POST /messages/{id}/retry", control: button("Retry") }],
  list: [
    {
      what: "choose a row",
      asks: MANY,
      control: (page) => page.getByRole("checkbox", { name: "Select Priya Nair" }),
      // The menu beside it says why.
      said: null,
    },
  ],
  chosen: [
    { what: "assign many", asks: MANY, control: ofMany("Assign"), said: null },
    { what: "tag many", asks: MANY, also: "contacts:write", control: ofMany("Tags"), said: null },
    { what: "snooze many", asks: MANY, control: ofMany("Snooze"), said: null },
    { what: "mark many as pending", asks: MANY, control: ofMany("Mark as pending"), said: null },
    { what: "close many", asks: MANY, control: ofMany("Close"), said: null },
  ],
  "/settings/members": [
    { what: "invite", asks: "POST /invites", control: button("Invite someone") },
    {
      what: "withdraw an invitation",
      asks: "DELETE /invites/{id}",
      control: button("Withdraw"),
      said: MEMBERS,
    },
    {
      what: "let a member use WhatsApp",
      asks: "PATCH /members/{id}",
      control: (page) => page.getByRole("switch", { name: /Ayşe Demir/ }),
    },
    {
      what: "let an owner use WhatsApp",
      asks: "PATCH /members/{id}",
      also: "owner",
      control: (page) => page.getByRole("switch", { name: /Marina Duarte/ }),
    },
    {
      what: "change a role",
      asks: "PATCH /members/{id}",
      control: (page) => page.getByRole("combobox", { name: "Role of Ayşe Demir" }),
      said: MEMBERS,
    },
    {
      what: "remove a member",
      asks: "DELETE /members/{id}",
      control: button("Remove Ayşe Demir"),
      said: MEMBERS,
    },
  ],
  "/settings/account": [
    { what: "rename the account", asks: "PATCH /account", control: textbox("Name of your business") },
    {
      what: "hand the account over",
      asks: "POST /account/owner",
      also: "owner",
      control: button("Hand over"),
    },
  ],
  "/settings/tags": [
    { what: "create a tag", asks: "POST /tags", control: button("New tag") },
    { what: "change a tag", asks: "PATCH /tags/{id}", control: button("Edit VIP") },
    { what: "delete a tag", asks: "DELETE /tags/{id}", control: button("Delete VIP") },
  ],
  "/settings/canned-replies": [
    {
      what: "write a canned reply",
      asks: "POST /canned-replies",
      control: button("New canned reply"),
      said: SENDING,
    },
    {
      what: "change a canned reply",
      asks: "PATCH /canned-replies/{id}",
      control: button("Edit /hours"),
      said: SENDING,
    },
    {
      what: "delete a canned reply",
      asks: "DELETE /canned-replies/{id}",
      control: button("Delete /hours"),
      said: SENDING,
    },
  ],
  "/settings/api-keys": [
    { what: "create a key", asks: "POST /api-keys", control: button("Create API key"), said: KEYS },
    {
      what: "change a key",
      asks: "PATCH /api-keys/{id}",
      control: button("Edit the API key Shop website"),
      said: KEYS,
    },
    {
      what: "revoke a key",
      asks: "DELETE /api-keys/{id}",
      control: button("Revoke Shop website"),
      said: KEYS,
    },
  ],
  "/settings/webhooks": [
    { what: "add a webhook", asks: "POST /webhooks", control: button("Add webhook"), said: WEBHOOKS },
    { what: "look at a webhook", asks: "GET /webhooks/{id}", control: link("Shop"), said: WEBHOOKS },
  ],
  "/settings/webhooks/$id": [
    { what: "change a webhook", asks: "PATCH /webhooks/{id}", control: button("Edit"), said: WEBHOOKS },
    {
      what: "switch a webhook off",
      asks: "PATCH /webhooks/{id}",
      control: (page) => page.getByRole("switch", { name: "Tell Shop what happens" }),
      said: WEBHOOKS,
    },
    {
      what: "test a webhook",
      asks: "POST /webhooks/{id}/test",
      control: button("Send test event"),
      said: WEBHOOKS,
    },
    {
      what: "replace a webhook's secret",
      asks: "POST /webhooks/{id}/rotate-secret",
      control: button("Replace secret"),
      said: WEBHOOKS,
    },
    { what: "delete a webhook", asks: "DELETE /webhooks/{id}", control: button("Delete"), said: WEBHOOKS },
    {
      what: "send a delivery again",
      asks: "POST /webhooks/{id}/deliveries/{delivery}/replay",
      control: inDialog("Send again"),
      said: WEBHOOKS,
      within: (page) => page.getByRole("list", { name: "Deliveries" }).getByRole("button").first(),
    },
  ],
  "/settings/attention": [
    {
      what: "replay a webhook",
      asks: "POST /intakes/{id}/replay",
      control: button("Replay"),
      said: ATTENTION,
    },
    { what: "try a job again", asks: "POST /jobs/{id}/retry", control: button("Try again"), said: ATTENTION },
  ],
  "/settings/audit": [
    {
      what: "read the audit log",
      asks: "GET /audit-log",
      control: (page) => page.getByRole("list", { name: "Audit log" }),
      said: "Only admins and owners see the audit log.",
    },
  ],
  "/numbers": [
    { what: "connect a number", asks: "POST /channels", control: link("Connect a number"), said: NUMBERS },
    {
      what: "switch a number off",
      asks: "PATCH /channels/{id}",
      control: (page) => page.getByRole("switch", { name: "Wholesale is active" }),
    },
    {
      what: "change a number",
      asks: "PATCH /channels/{id}",
      control: item("Edit"),
      said: NUMBERS,
      within: button("More for Wholesale"),
    },
    {
      what: "make a number the default",
      asks: "PATCH /channels/{id}",
      control: item("Make it the default"),
      said: NUMBERS,
      within: button("More for Wholesale"),
    },
    {
      what: "delete a number",
      asks: "DELETE /channels/{id}",
      control: item("Delete"),
      said: NUMBERS,
      within: button("More for Wholesale"),
    },
    {
      what: "check a number",
      asks: "POST /channels/{id}/check",
      control: (page) => button("Check now")(page).first(),
      said: NUMBERS,
    },
    {
      what: "replace the Twilio account",
      asks: "PUT /integrations/twilio",
      control: button("Replace"),
      said: NUMBERS,
    },
    {
      what: "remove the Twilio account",
      asks: "DELETE /integrations/twilio",
      control: button("Remove"),
      said: NUMBERS,
    },
    {
      what: "archive from the table",
      asks: CONVERSATION,
      control: (page) => page.getByRole("button", { name: /^(Archive|Reopen) the conversation/ }).first(),
    },
  ],
  "/numbers/connect": [
    { what: "enter a number", asks: "POST /channels", control: button("Check and connect"), said: NUMBERS },
    {
      what: "connect a simulated number",
      asks: "POST /integrations/sandbox",
      control: button("Try with the sandbox"),
      said: NUMBERS,
    },
  ],
  "/templates": [
    {
      what: "create a template",
      asks: "POST /templates",
      control: link("Create a template"),
      said: TEMPLATES,
    },
    {
      what: "ask for the templates",
      asks: "POST /channels/{id}/templates/sync",
      control: button("Synchronise"),
      said: TEMPLATES,
    },
    {
      what: "delete a template",
      asks: "DELETE /templates/{id}",
      control: inDialog("Delete"),
      said: TEMPLATES,
      within: button(/^delivery_update/),
    },
  ],
  "/templates/new": [
    {
      what: "write a template",
      asks: "POST /templates",
      control: textbox("Text of the message"),
      said: TEMPLATES,
    },
  ],
};

/** What is asked of the server though nobody presses anything for it. */
export const BY_ITSELF = [
  // By whom writes and who looks, who may write and answer in the first place.
  "POST /conversations/{id}/typing",
  "POST /conversations/{id}/read",
  // By the same chip that puts it there.
  "DELETE /messages/{id}/reaction",
];

/** What the palette offers, beside what everybody may; all that is not named here is for everybody. */
export const PALETTE: Record<string, string> = {
  Reply: "POST /conversations/{id}/messages",
  "Write a note": "POST /notes",
  "Assign to": CONVERSATION,
  "Close the conversation": CONVERSATION,
  "Mark as pending": CONVERSATION,
  Snooze: CONVERSATION,
  "Mark as read": "POST /conversations/{id}/read",
  "Attend: assign to me": CONVERSATION,
  "Start a conversation": "POST /conversations",
  "Create a template": "POST /templates",
  "Connect a number": "POST /channels",
  "Canned replies": "GET /canned-replies",
  Tags: "GET /tags",
  "API keys": "GET /api-keys",
  Webhooks: "GET /webhooks",
  "Needs attention": "GET /intakes",
  "Audit log": "GET /audit-log",
};
