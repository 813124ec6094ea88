import { useMutation } from "@tanstack/react-query";
import { MessageSquareText, Plus } from "lucide-react";
import { useRef, useState } from "react";
import { api, body } from "@/api/client";
import { ApiError, reasonOf } from "@/api/errors";
import type { CannedReply } from "@/api/types";
import { useCan } from "@/app/me";
import { ConfirmDialog } from "@/app/pages/ConfirmDialog";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { Card, PageHeader, Pending, RowItem, Rows } from "@/app/pages/parts";
import { BLANKS } from "@/canned/fill";
import { useCannedReplies } from "@/canned/queries";
import { useTranslation } from "@/i18n/useTranslation";
import { useMemberMap } from "@/team/queries";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { TextArea, TextField } from "@/ui/TextField";
import { notify } from "@/ui/toast";

const MAX_SHORTCUT = 32;
const MAX_TEXT = 4096;

export function CannedRepliesPage() {
  const { t } = useTranslation();
  const allowed = useCan("messages:send");
  const replies = useCannedReplies();
  const members = useMemberMap();
  const [editing, setEditing] = useState<CannedReply | "new" | null>(null);
  const [deleting, setDeleting] = useState<CannedReply | null>(null);
  if (!allowed) return <NotAllowed reason={t("permission.messagesSend")} />;
  const rows = replies.data ?? [];
  return (
    <>
      <PageHeader
        title={t("settings.section.cannedReplies")}
        lead={t("settings.canned.lead")}
        action={
          <Button variant="primary" onClick={() => setEditing("new")}>
            <Plus aria-hidden="true" className="size-4" />
            {t("settings.canned.create")}
          </Button>
        }
      />
      <Card>
        {rows.length > 0 ? (
          <Rows label={t("settings.section.cannedReplies")}>
            {rows.map((reply) => {
              const author = members.get(reply.created_by ?? "")?.name;
              return (
                <RowItem
                  key={reply.id}
                  icon={<MessageSquareText aria-hidden="true" className="size-5 text-faint" />}
                  title={<bdi dir="ltr">/{reply.shortcut}</bdi>}
                  detail={
                    <>
                      <span dir="auto" className="line-clamp-3 whitespace-pre-line text-ui-start">
                        {reply.text}
                      </span>
                      {author && (
                        <span className="text-faint text-xs">
                          {t("settings.canned.by", { name: author })}
                        </span>
                      )}
                    </>
                  }
                >
                  <div className="flex gap-2">
                    <Button
                      size="sm"
                      aria-label={t("settings.canned.editNamed", { name: reply.shortcut })}
                      onClick={() => setEditing(reply)}
                    >
                      {t("settings.canned.edit")}
                    </Button>
                    <Button
                      variant="danger"
                      size="sm"
                      aria-label={t("settings.canned.deleteNamed", { name: reply.shortcut })}
                      onClick={() => setDeleting(reply)}
                    >
                      {t("settings.canned.delete")}
                    </Button>
                  </div>
                </RowItem>
              );
            })}
          </Rows>
        ) : (
          <Pending query={replies} empty={t("settings.canned.none")} />
        )}
      </Card>
      {editing && <EditDialog reply={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
      {deleting && (
        <ConfirmDialog
          open
          onClose={() => setDeleting(null)}
          title={t("settings.canned.deleteTitle", { name: deleting.shortcut })}
          description={t("settings.canned.deleteHint")}
          action={t("settings.canned.delete")}
          onConfirm={async () => {
            const path = { id: deleting.id };
            await body(api.DELETE("/api/v1/canned-replies/{id}", { params: { path } }));
            notify(t("settings.canned.deleted"));
          }}
        />
      )}
    </>
  );
}

function EditDialog({ reply, onClose }: { reply: CannedReply | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [shortcut, setShortcut] = useState(reply?.shortcut ?? "");
  const [text, setText] = useState(reply?.text ?? "");
  const box = useRef<HTMLDivElement>(null);
  const save = useMutation({
    mutationFn: async () =>
      reply
        ? body(
            api.PATCH("/api/v1/canned-replies/{id}", {
              params: { path: { id: reply.id } },
              body: { shortcut, text },
            }),
          )
        : body(api.POST("/api/v1/canned-replies", { body: { shortcut, text } })),
    onSuccess: onClose,
  });
  const about = (name: string) => {
    if (!(save.error instanceof ApiError)) return undefined;
    const field = save.error.code === "shortcut_exists" ? "shortcut" : save.error.field;
    return field === name ? save.error.message : undefined;
  };
  const elsewhere = save.error && !about("shortcut") && !about("text");

  /** Where the caret is, or at the end. */
  const insert = (blank: string) => {
    const area = box.current?.querySelector("textarea");
    const from = area?.selectionStart ?? text.length;
    const to = area?.selectionEnd ?? from;
    const word = `{{${blank}}}`;
    setText(text.slice(0, from) + word + text.slice(to));
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(from + word.length, from + word.length);
    });
  };

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={reply ? t("settings.canned.editTitle") : t("settings.canned.create")}
      closeLabel={t("common.close")}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {elsewhere && (
          <Notice tone="danger" role="alert">
            {reasonOf(save.error) ?? t("error.network")}
          </Notice>
        )}
        <TextField
          label={t("settings.canned.shortcut")}
          hint={t("settings.canned.shortcutHint")}
          error={about("shortcut")}
          required
          dir="ltr"
          autoCapitalize="off"
          maxLength={MAX_SHORTCUT + 1}
          value={shortcut}
          onChange={(event) => setShortcut(event.target.value)}
        />
        <div ref={box} className="flex flex-col gap-2">
          <TextArea
            label={t("settings.canned.text")}
            error={about("text")}
            required
            dir="auto"
            maxLength={MAX_TEXT}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <div className="flex flex-wrap items-center gap-2 text-muted text-sm">
            {t("settings.canned.insert")}
            {BLANKS.map((blank) => (
              <Button key={blank} size="sm" onClick={() => insert(blank)}>
                {t(blank === "contact.name" ? "settings.canned.contactName" : "settings.canned.memberName")}
              </Button>
            ))}
          </div>
        </div>
        <Button type="submit" variant="primary" busy={save.isPending} className="self-end">
          {t("common.save")}
        </Button>
      </form>
    </Dialog>
  );
}
