/** What else this customer wrote, to other numbers of ours. */
import { Link } from "@tanstack/react-router";
import type { Conversation } from "@/api/types";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useChannels } from "@/team/queries";
import { plainText } from "@/ui/formatText";
import { useKindName } from "../kinds";
import { useConversationsWith } from "../queries/contact";
import { Section } from "./parts";

export function OtherConversations({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const kindName = useKindName();
  const { data: channels } = useChannels();
  const { data: rows } = useConversationsWith(conversation.contact_id);
  const others = rows?.filter(({ id }) => id !== conversation.id) ?? [];
  if (others.length === 0) return null;
  return (
    <Section title={t("inbox.sidebar.others")}>
      <ul className="-mx-2">
        {others.map((other) => (
          <li key={other.id}>
            <Link
              to="/inbox"
              search={({ m: _, ...search }) => ({ ...search, c: other.id })}
              className="flex flex-col rounded-md px-2 py-1.5 hover:bg-hover"
            >
              <span className="flex items-baseline gap-2 text-sm">
                <span className="min-w-0 flex-1 truncate font-medium">
                  {channels?.find(({ id }) => id === other.channel_id)?.label ??
                    t("inbox.sidebar.otherNumber")}
                </span>
                <span className="shrink-0 text-faint text-xs">
                  {t(`inbox.conversationStatus.${other.status}`)}
                  {" · "}
                  <time dateTime={other.last_message_at} title={format.full(other.last_message_at)}>
                    {format.short(other.last_message_at, now)}
                  </time>
                </span>
              </span>
              <span dir="auto" className="truncate text-muted text-sm text-ui-start">
                {plainText(other.last_message_text ?? "") || kindName(other.last_message_type ?? "text")}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
