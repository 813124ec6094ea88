import { describe, expect, it } from "vitest";
import type { ContactDetails, Tag } from "@/api/types";
import { at, contact, conversation } from "@/testing/factories";
import { withContact, withTags } from "./contacts";
import { mergeConversationsOf } from "./conversationsOf";
import { type Stamped, stamp } from "./stamped";

const vip: Tag = { id: "g1", name: "VIP", color: "#3b82f6" };
const late: Tag = { id: "g2", name: "Late", color: "#ef4444" };
const tags = (...told: [string, Tag | null, number][]) =>
  new Map(told.map(([id, tag, seq]) => [id, stamp({ tag }, seq)]));

describe("a conversation whose contact changed", () => {
  const row = stamp(conversation({ contact: contact({ tags: [vip, late] }) }), 5);
  const details = (change: Partial<ContactDetails>, seq: number): Stamped<ContactDetails> =>
    stamp({ ...row.contact, profile_name: "Ana", created_at: at(0), updated_at: at(1), ...change }, seq);

  it("shows them as they are now, and nothing that is not shown with a conversation", () => {
    const next = withContact(row, details({ name: "Ana Lima" }, 6), undefined);
    expect(next.contact).toEqual({ ...row.contact, name: "Ana Lima" });
    expect(next.seq).toBe(6);
  });

  it("knows better what is as old or older", () => {
    expect(withContact(row, details({ name: "Ana Lima" }, 5), undefined)).toBe(row);
    expect(withContact(row, undefined, tags(["g1", null, 5]))).toBe(row);
    expect(withContact(row, undefined, tags(["other", null, 9]))).toBe(row);
  });

  it("shows tags under their new name, and none that are gone", () => {
    const next = withContact(row, undefined, tags(["g1", { ...vip, name: "Best" }, 7], ["g2", null, 6]));
    expect(next.contact.tags).toEqual([{ ...vip, name: "Best" }]);
    expect(next.seq).toBe(7);
    expect(withTags(stamp(row.contact, 8), tags(["g2", null, 7])).tags).toHaveLength(2);
  });

  it("is one of all with this contact, the latest first", () => {
    const other = stamp(
      conversation({ contact: row.contact, contact_id: row.contact_id, last_message_at: at(30) }),
      6,
    );
    const strange = stamp(conversation(), 6);
    const told = { conversations: new Map([other, strange].map((each) => [each.id, each])) };
    const rows = mergeConversationsOf([row], row.contact_id, told);
    expect(rows.map(({ id }) => id)).toEqual([other.id, row.id]);
    expect(mergeConversationsOf(rows, row.contact_id, told)).toBe(rows);
  });
});
