import { useMutation } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { api, body } from "@/api/client";
import { ApiError, reasonOf } from "@/api/errors";
import type { Tag } from "@/api/types";
import { useCan } from "@/app/me";
import { ConfirmDialog } from "@/app/pages/ConfirmDialog";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { Card, PageHeader, Pending, RowItem, Rows } from "@/app/pages/parts";
import { useReason } from "@/app/permission";
import { useTags } from "@/contacts/queries";
import { TagDot } from "@/contacts/TagDot";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { notify } from "@/ui/toast";

const MAX_NAME = 50;
/** The server's own choices; any other colour is as good. */
const COLORS = {
  blue: "#3b82f6",
  red: "#ef4444",
  green: "#10b981",
  amber: "#f59e0b",
  violet: "#8b5cf6",
  pink: "#ec4899",
  teal: "#14b8a6",
  orange: "#f97316",
  indigo: "#6366f1",
  grey: "#64748b",
} as const;

export function TagsPage() {
  const { t } = useTranslation();
  const canRead = useCan("contacts:read");
  const noWriting = useReason("contacts:write");
  const tags = useTags();
  const [editing, setEditing] = useState<Tag | "new" | null>(null);
  const [deleting, setDeleting] = useState<Tag | null>(null);
  if (!canRead) return <NotAllowed reason={t("permission.contactsRead")} />;
  const rows = tags.data ?? [];
  return (
    <>
      <PageHeader
        title={t("settings.section.tags")}
        lead={t("settings.tags.lead")}
        action={
          <Button variant="primary" disabledReason={noWriting} onClick={() => setEditing("new")}>
            <Plus aria-hidden="true" className="size-4" />
            {t("settings.tags.create")}
          </Button>
        }
      />
      <Card>
        {rows.length > 0 ? (
          <Rows label={t("settings.section.tags")}>
            {rows.map((tag) => (
              <RowItem
                key={tag.id}
                icon={<TagDot color={tag.color} large />}
                title={<bdi>{tag.name}</bdi>}
                short
              >
                <div className="flex gap-2">
                  <Button
                    size="sm"
                    aria-label={t("settings.tags.editNamed", { name: tag.name })}
                    disabledReason={noWriting}
                    onClick={() => setEditing(tag)}
                  >
                    {t("settings.tags.edit")}
                  </Button>
                  <Button
                    variant="danger"
                    size="sm"
                    aria-label={t("settings.tags.deleteNamed", { name: tag.name })}
                    disabledReason={noWriting}
                    onClick={() => setDeleting(tag)}
                  >
                    {t("settings.tags.delete")}
                  </Button>
                </div>
              </RowItem>
            ))}
          </Rows>
        ) : (
          <Pending query={tags} empty={t("settings.tags.none")} />
        )}
      </Card>
      {editing && <EditDialog tag={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
      {deleting && (
        <ConfirmDialog
          open
          onClose={() => setDeleting(null)}
          title={t("settings.tags.deleteTitle", { name: deleting.name })}
          description={t("settings.tags.deleteHint")}
          action={t("settings.tags.delete")}
          onConfirm={async () => {
            await body(api.DELETE("/api/v1/tags/{id}", { params: { path: { id: deleting.id } } }));
            notify(t("settings.tags.deleted"));
          }}
        />
      )}
    </>
  );
}

function EditDialog({ tag, onClose }: { tag: Tag | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(tag?.name ?? "");
  const [color, setColor] = useState<string>(tag?.color ?? COLORS.blue);
  const save = useMutation({
    mutationFn: async () =>
      tag
        ? body(api.PATCH("/api/v1/tags/{id}", { params: { path: { id: tag.id } }, body: { name, color } }))
        : body(api.POST("/api/v1/tags", { body: { name, color } })),
    onSuccess: onClose,
  });
  const problem = save.error;
  const aboutName =
    problem instanceof ApiError && (problem.code === "tag_exists" || problem.field === "name")
      ? problem.message
      : undefined;
  const known = Object.entries(COLORS) as [keyof typeof COLORS, string][];
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={tag ? t("settings.tags.editTitle") : t("settings.tags.create")}
      closeLabel={t("common.close")}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {problem && !aboutName && (
          <Notice tone="danger" role="alert">
            {reasonOf(problem) ?? t("error.network")}
          </Notice>
        )}
        <TextField
          label={t("settings.tags.name")}
          error={aboutName}
          required
          maxLength={MAX_NAME}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset>
          <legend className="mb-1.5 font-medium text-sm">{t("settings.tags.color")}</legend>
          <div className="flex flex-wrap gap-1.5">
            {known.map(([word, value]) => (
              <label
                key={word}
                className={cx(
                  "inline-flex size-9 cursor-pointer items-center justify-center rounded-md border-2 has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:size-11",
                  color === value ? "border-accent bg-selected" : "border-transparent hover:bg-hover",
                )}
              >
                <input
                  type="radio"
                  name="color"
                  className="sr-only"
                  aria-label={t(`settings.tags.colors.${word}`)}
                  checked={color === value}
                  onChange={() => setColor(value)}
                />
                <TagDot color={value} large />
              </label>
            ))}
            <input
              type="color"
              aria-label={t("settings.tags.otherColor")}
              data-tip={t("settings.tags.otherColor")}
              value={color}
              onChange={(event) => setColor(event.target.value)}
              className="size-9 cursor-pointer rounded-md border border-line bg-raised p-1 pointer-coarse:size-11"
            />
          </div>
        </fieldset>
        <Button type="submit" variant="primary" busy={save.isPending} className="self-end">
          {t("common.save")}
        </Button>
      </form>
    </Dialog>
  );
}
