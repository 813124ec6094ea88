/** Customers and messages that the server finds for what is typed. */
import { useNavigate } from "@tanstack/react-router";
import type { Conversation } from "@/api/types";
import { ContactAvatar } from "@/contacts/ContactAvatar";
import { Marked } from "@/features/inbox/search/Marked";
import { type ConversationHit, type MessageHit, useRested, useSearch } from "@/features/inbox/search/queries";
import { useTranslation } from "@/i18n/useTranslation";
import { useContactName } from "@/team/queries";
import type { Group } from "./match";

const PEOPLE = 5;
const MESSAGES = 4;

export function useHits(typed: string): { groups: Group[]; searching: boolean; failed: Error | null } {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const contactName = useContactName();
  const wanted = useRested(typed.trim());
  const people = useSearch("conversations", wanted);
  const messages = useSearch("messages", wanted);
  if (typed.trim() === "") return { groups: [], searching: false, failed: null };

  const open = (c: string, m?: string) =>
    void navigate({ to: "/inbox", search: ({ m: _, ...search }) => ({ ...search, c, ...(m ? { m } : {}) }) });
  const face = ({ contact }: Conversation) => <ContactAvatar contact={contact} size="sm" />;
  const found = ((people.data ?? []) as ConversationHit[]).slice(0, PEOPLE);
  const said = ((messages.data ?? []) as MessageHit[]).slice(0, MESSAGES);
  const groups: Group[] = [
    {
      value: t("inbox.search.people"),
      items: found.map(({ conversation, field, snippet }) => ({
        id: `person:${conversation.id}`,
        label: contactName(conversation.contact),
        shown: field === "name" ? <Marked pieces={snippet} /> : undefined,
        detail: field === "name" ? <bdi>{conversation.contact.phone}</bdi> : <Marked pieces={snippet} />,
        icon: face(conversation),
        run: () => open(conversation.id),
        leaves: true,
      })),
    },
    {
      value: t("inbox.search.messages"),
      items: said.map(({ conversation, message, snippet }) => ({
        id: `message:${message.id}`,
        label: contactName(conversation.contact),
        detail: <Marked pieces={snippet} />,
        icon: face(conversation),
        run: () => open(conversation.id, message.id),
        leaves: true,
      })),
    },
  ];
  return {
    groups: groups.filter(({ items }) => items.length > 0),
    searching: wanted !== typed.trim() || people.isFetching || messages.isFetching,
    failed: people.error ?? messages.error,
  };
}
