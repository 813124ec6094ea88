/** Contacts where they are embedded: in conversations, and tags in contacts. */
import type { ContactDetails, Conversation, Tag } from "@/api/types";
import type { Changes } from "./reducers";
import type { Stamped } from "./stamped";

/**
 * The conversation with its contact as it is now. Journal and rows count alike, so a row that is as new as the news
 * has them already, and one that took them over is as new as they are.
 */
export function withContact(
  row: Stamped<Conversation>,
  contact: Stamped<ContactDetails> | undefined,
  tags: Changes["tags"] | undefined,
): Stamped<Conversation> {
  let next = row;
  if (contact && contact.seq > row.seq) {
    const { profile_name: _, created_at: __, updated_at: ___, seq, ...embedded } = contact;
    next = { ...row, contact: embedded, seq };
  }
  if (!tags?.size) return next;
  const inner = withTags({ ...next.contact, seq: next.seq }, tags);
  if (inner.tags === next.contact.tags) return next;
  return { ...next, contact: { ...next.contact, tags: inner.tags }, seq: inner.seq };
}

/** A contact with its tags as they are called and coloured now, without those that are gone. */
export function withTags<T extends { tags: Tag[] }>(row: Stamped<T>, told: Changes["tags"]): Stamped<T> {
  let seq = row.seq;
  const tags = row.tags.flatMap((tag) => {
    const news = told.get(tag.id);
    if (!news || news.seq <= row.seq) return [tag];
    seq = Math.max(seq, news.seq);
    return news.tag ? [news.tag] : [];
  });
  return seq === row.seq ? row : { ...row, tags, seq };
}
