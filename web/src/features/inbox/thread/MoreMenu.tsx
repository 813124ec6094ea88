/** What is seldom done to a conversation: deleting it, and what a narrow header has no room for. */
import { useNavigate } from "@tanstack/react-router";
import { AlarmClock, Archive, EllipsisVertical, Mail, RotateCcw, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import { api, snapshot } from "@/api/client";
import type { Conversation } from "@/api/types";
import { useOpenPalette } from "@/app/palette/context";
import { useReasons } from "@/app/permission";
import { useTranslation } from "@/i18n/useTranslation";
import { useLive } from "@/live/context";
import { useContactName } from "@/team/queries";
import { IconButton } from "@/ui/Button";
import { Kbd } from "@/ui/Kbd";
import { lazy } from "@/ui/lazy";
import { Menu, MenuItem } from "@/ui/Menu";
import { useConversationActions } from "../queries/actions";

const ConfirmDialog = lazy(() =>
  import("@/app/pages/ConfirmDialog").then((file) => ({ default: file.ConfirmDialog })),
);

export function MoreMenu({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const reasonFor = useReasons();
  const contactName = useContactName();
  const navigate = useNavigate();
  const live = useLive();
  const openPalette = useOpenPalette();
  const { change, markUnread } = useConversationActions();
  const [deleting, setDeleting] = useState(false);
  const { id, status } = conversation;
  const closed = status === "closed";

  const close = () => navigate({ to: "/inbox", search: ({ c: _, ...rest }) => rest });
  const remove = async () => {
    await snapshot(api.DELETE("/api/v1/conversations/{id}", { params: { path: { id } } }));
    await close();
    live.tell({ removed: new Set([id]) });
  };

  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label={t("inbox.more")}>
            <EllipsisVertical aria-hidden="true" className="size-4.5" />
          </IconButton>
        }
      >
        <MenuItem
          disabledReason={reasonFor("conversations:write")}
          onClick={() => void change(id, { status: closed ? "open" : "closed" })}
        >
          {closed ? (
            <RotateCcw aria-hidden="true" className="size-4 text-muted" />
          ) : (
            <Archive aria-hidden="true" className="size-4 text-muted" />
          )}
          <span className="min-w-0 flex-1">{t(closed ? "inbox.reopen" : "inbox.close")}</span>
          <span aria-hidden="true" className="pointer-coarse:hidden">
            <Kbd>e</Kbd>
          </span>
        </MenuItem>
        <MenuItem
          disabledReason={reasonFor("conversations:write")}
          onClick={() => void close().then(() => markUnread(id))}
        >
          <Mail aria-hidden="true" className="size-4 text-muted" />
          <span className="min-w-0 flex-1">{t("inbox.markUnread")}</span>
          <span aria-hidden="true" className="pointer-coarse:hidden">
            <Kbd>u</Kbd>
          </span>
        </MenuItem>
        <MenuItem
          disabledReason={reasonFor("conversations:write")}
          onClick={() => openPalette({ level: "snooze", conversation: id })}
          className="md:hidden"
        >
          <AlarmClock aria-hidden="true" className="size-4 text-muted" />
          {t("inbox.snooze.button")}…
        </MenuItem>
        <MenuItem
          disabledReason={reasonFor("conversations:delete")}
          onClick={() => setDeleting(true)}
          className="text-danger"
        >
          <Trash2 aria-hidden="true" className="size-4" />
          {t("inbox.deletion.conversation")}
        </MenuItem>
      </Menu>
      {deleting && (
        <Suspense fallback={null}>
          <ConfirmDialog
            open
            onClose={() => setDeleting(false)}
            title={t("inbox.deletion.conversationTitle", { name: contactName(conversation.contact) })}
            description={t("inbox.deletion.conversationHint")}
            action={t("inbox.deletion.conversation")}
            onConfirm={remove}
          />
        </Suspense>
      )}
    </>
  );
}
