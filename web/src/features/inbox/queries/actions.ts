/** What agents do to a conversation. Shown at once, undone with a word when the server refuses. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, snapshot } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { Conversation, ConversationStatus, Message, Snooze } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import type { Live } from "@/live/live";
import type { MessageList } from "@/live/messages";
import { type Stamped, stamp, UNSTAMPED, wished } from "@/live/stamped";
import { notifyError } from "@/ui/toast";
import { withOwn } from "../thread/reactions";
import { findInLists } from "./lists";

export type ConversationChange = {
  status?: ConversationStatus;
  assigned_agent_id?: string | null;
  snooze?: Snooze | null;
};

/** What is changed in many at once: the tags of their contacts, too. */
export type ChangeOfMany = ConversationChange & { add_tags?: string[]; remove_tags?: string[] };

/** The most that the server changes at once. */
const AT_ONCE = 100;

export function useConversationActions() {
  const cache = useQueryClient();
  const live = useLive();
  const { t } = useTranslation();

  const change = useCallback(
    async (id: string, wanted: ConversationChange) => {
      try {
        await wish(cache, live, id, becomes(wanted), () =>
          api.PATCH("/api/v1/conversations/{id}", { params: { path: { id } }, body: wanted }),
        );
      } catch (error) {
        notifyError(t("inbox.action.failed"), reasonOf(error) ?? t("error.network"));
      }
    },
    [cache, live, t],
  );

  /** Resolves to how many have changed, and whether all were reached. */
  const changeMany = useCallback(
    async (
      rows: readonly { id: string }[],
      wanted: ChangeOfMany,
    ): Promise<{ changed: number; complete: boolean }> => {
      let changed = 0;
      for (let from = 0; from < rows.length; from += AT_ONCE) {
        const ids = rows.slice(from, from + AT_ONCE).map((row) => row.id);
        try {
          const { body } = await snapshot(
            api.POST("/api/v1/conversations/bulk", { body: { ids, ...wanted } }),
          );
          changed += body.data.filter((row) => row.result === "changed").length;
          const told = body.data.flatMap(({ conversation }) => {
            const known = conversation && knownConversation(cache, conversation.id);
            return known ? [[known.id, stamp(conversation, wished(known.seq))] as const] : [];
          });
          live.tell({ conversations: new Map(told) });
        } catch (error) {
          notifyError(t("inbox.action.failed"), reasonOf(error) ?? t("error.network"));
          return { changed, complete: false };
        }
      }
      return { changed, complete: true };
    },
    [cache, live, t],
  );

  /** Resolves to whether the server took it. Silent: a badge that stays is all there is to tell. */
  const markRead = useCallback(
    async (id: string): Promise<boolean> => {
      try {
        await wish(cache, live, id, { unread_count: 0 }, () =>
          api.POST("/api/v1/conversations/{id}/read", { params: { path: { id } } }),
        );
        return true;
      } catch {
        return false;
      }
    },
    [cache, live],
  );

  /** Leaves it as a reminder for the team. Resolves to whether the server took it. */
  const markUnread = useCallback(
    async (id: string): Promise<boolean> => {
      try {
        await wish(cache, live, id, { unread_count: 1 }, () =>
          api.POST("/api/v1/conversations/{id}/unread", { params: { path: { id } } }),
        );
        return true;
      } catch (error) {
        notifyError(t("inbox.action.failed"), reasonOf(error) ?? t("error.network"));
        return false;
      }
    },
    [cache, live, t],
  );

  const retryMessage = useCallback(
    async (message: Stamped<Message>) => {
      const put = (value: Message, seq: number) =>
        live.tell({
          messages: new Map([[message.conversation_id, new Map([[message.id, stamp(value, seq)]])]]),
        });
      const asked = wished(message.seq);
      put({ ...message, status: "queued", error: null }, asked);
      try {
        const { body, seq } = await snapshot(
          api.POST("/api/v1/messages/{id}/retry", { params: { path: { id: message.id } } }),
        );
        put(body.data, seq ?? asked);
      } catch (error) {
        const now = cache
          .getQueryData<MessageList>(keys.messages(message.conversation_id))
          ?.rows.find((row) => row.id === message.id);
        if (now?.seq === asked) put(message, wished(asked));
        notifyError(t("inbox.message.retryFailed"), reasonOf(error) ?? t("error.network"));
      }
    },
    [cache, live, t],
  );

  /** Answers a message with an emoji, or takes the answer back. */
  const react = useCallback(
    async (message: Stamped<Message>, me: string, emoji: string | null) => {
      const { id, conversation_id: thread } = message;
      const put = (value: Message, seq: number) =>
        live.tell({ messages: new Map([[thread, new Map([[id, stamp(value, seq)]])]]) });
      const asked = wished(message.seq);
      const at = new Date().toISOString();
      put({ ...message, reactions: withOwn(message.reactions ?? [], me, emoji, at) }, asked);
      try {
        const { body, seq } = await snapshot(
          emoji
            ? api.PUT("/api/v1/messages/{id}/reaction", { params: { path: { id } }, body: { emoji } })
            : api.DELETE("/api/v1/messages/{id}/reaction", { params: { path: { id } } }),
        );
        put(body.data, seq ?? asked);
      } catch (error) {
        const now = cache.getQueryData<MessageList>(keys.messages(thread))?.rows.find((row) => row.id === id);
        if (now?.seq === asked) put(message, wished(asked));
        notifyError(t("inbox.message.reactFailed"), reasonOf(error) ?? t("error.network"));
      }
    },
    [cache, live, t],
  );

  /** Empties a message for the team. Throws what the server says against it. */
  const deleteMessage = useCallback(
    async (thread: string, id: string) => {
      const { body, seq } = await snapshot(api.DELETE("/api/v1/messages/{id}", { params: { path: { id } } }));
      const told = new Map([[id, stamp(body.data, seq ?? UNSTAMPED)]]);
      live.tell({ messages: new Map([[thread, told]]) });
    },
    [live],
  );

  return useMemo(
    () => ({ change, changeMany, markRead, markUnread, retryMessage, react, deleteMessage }),
    [change, changeMany, markRead, markUnread, retryMessage, react, deleteMessage],
  );
}

/** What a change makes of a conversation: snoozed it is pending, and any other status ends that. */
function becomes(wanted: ConversationChange): ConversationChange {
  if (wanted.snooze) return { ...wanted, status: "pending" };
  if (wanted.snooze === null) return { status: "open", ...wanted };
  return wanted.status ? { ...wanted, snooze: null } : wanted;
}

/** As it stands on the screen, wherever that is. */
export function knownConversation(cache: QueryClient, id: string): Stamped<Conversation> | undefined {
  return cache.getQueryData<Stamped<Conversation>>(keys.conversation(id)) ?? findInLists(cache, id);
}

async function wish(
  cache: QueryClient,
  live: Live,
  id: string,
  wanted: Partial<Conversation>,
  ask: () => Promise<{ data?: { data: Conversation }; error?: unknown; response: Response }>,
): Promise<void> {
  const before = knownConversation(cache, id);
  const put = (value: Conversation, seq: number) =>
    live.tell({ conversations: new Map([[id, stamp(value, seq)]]) });
  const asked = before ? wished(before.seq) : 0;
  if (before) put({ ...before, ...wanted }, asked);
  try {
    const { body, seq } = await snapshot(ask());
    const now = knownConversation(cache, id);
    // Without a position the answer counts only as long as nothing else has been heard.
    if (seq !== undefined) put(body.data, seq);
    else if (!now || now.seq === asked) put(body.data, wished(asked));
  } catch (error) {
    const now = knownConversation(cache, id);
    if (before && now?.seq === asked) put(before, wished(asked));
    throw error;
  }
}
