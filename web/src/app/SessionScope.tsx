/** What lives as long as somebody is signed in: the live connection and the outbox. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import type { Conversation } from "@/api/types";
import { entryGone, Outbox, OutboxProvider, sendEntry } from "@/features/inbox/outbox";
import { LiveProvider } from "@/live/context";
import { withLastMessage } from "@/live/conversations";
import { keys } from "@/live/keys";
import { Live } from "@/live/live";
import { type Stamped, stamp, UNSTAMPED, wished } from "@/live/stamped";
import { meQuery, useMe } from "./me";
import { usePreferences } from "./preferences";
import { sessionEnded } from "./session";

export function SessionScope({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const member = useMe().member.id;
  usePreferences();
  const [{ live, outbox }] = useState(() => {
    const live = new Live(cache, member, {
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/live`,
      onSignedOut: sessionEnded,
      // The browser hides why the socket was refused. If the session is gone, this request says so.
      onRefused: () => void cache.fetchQuery({ ...meQuery, staleTime: 5_000, retry: false }).catch(() => {}),
    });
    const outbox = new Outbox({
      member,
      send: sendEntry,
      onGone: entryGone,
      onAccepted: (message) => {
        live.tell({
          messages: new Map([[message.conversation_id, new Map([[message.id, stamp(message, UNSTAMPED)]])]]),
        });
        const row =
          cache.getQueryData<Stamped<Conversation>>(keys.conversation(message.conversation_id)) ?? undefined;
        if (!row) return;
        const next = withLastMessage(row, message);
        if (next === row) return;
        live.tell({ conversations: new Map([[row.id, stamp(next, wished(row.seq))]]) });
      },
    });
    return { live, outbox };
  });

  useEffect(() => {
    const parts = [
      live.attach(),
      outbox.attach(),
      live.onHeard((changes) => {
        for (const thread of changes.messages.values()) outbox.heard(thread.values());
        // Our own role, name or picture may be another one now, or the account's name.
        if (changes.account || changes.members.has(member))
          void cache.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => {});
      }),
      live.subscribe(() => {
        if (live.current() !== "open") return;
        outbox.wake();
        // What failed while there was no connection may well succeed now.
        void cache.refetchQueries({ predicate: (query) => query.state.status === "error" });
      }),
    ];
    return () => {
      for (const end of parts) end();
    };
  }, [cache, live, outbox, member]);

  return (
    <LiveProvider live={live}>
      <OutboxProvider outbox={outbox}>{children}</OutboxProvider>
    </LiveProvider>
  );
}
