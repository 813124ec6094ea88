/** Sending a file that is on the web already, by its address. */
import { useState } from "react";
import type { MediaKind } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { CAPTION_LIMIT } from "@/media/limits";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { SelectField, TextField } from "@/ui/TextField";
import type { OutboxContent } from "../outbox";
import { kindOfLink, LINKED, nameOf, readLink } from "./links";

export default function LinkDialog({
  takesCaption,
  onSend,
  onClose,
}: {
  takesCaption: (kind: MediaKind) => boolean;
  onSend: (link: Extract<OutboxContent, { type: "link" }>, caption: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<MediaKind | null>(null);
  const [caption, setCaption] = useState("");
  const [wrong, setWrong] = useState(false);
  const url = readLink(text);
  const kind = chosen ?? (url ? kindOfLink(url) : "document");
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("inbox.link.title")}
      description={t("inbox.link.lead")}
      closeLabel={t("common.close")}
    >
      <form
        noValidate
        className="flex flex-col gap-3.5"
        onSubmit={(event) => {
          event.preventDefault();
          if (!url) setWrong(true);
          else
            onSend(
              { type: "link", kind, url: url.href, filename: nameOf(url) },
              takesCaption(kind) ? caption.trim() : "",
            );
        }}
      >
        <TextField
          label={t("inbox.link.address")}
          type="url"
          dir="ltr"
          placeholder="https://"
          maxLength={2048}
          value={text}
          error={wrong && !url ? t("inbox.templates.badUrl") : undefined}
          onChange={(event) => setText(event.target.value)}
        />
        <SelectField
          label={t("inbox.link.as")}
          value={kind}
          onChange={(event) => setChosen(event.target.value as MediaKind)}
        >
          {LINKED.map((each) => (
            <option key={each} value={each}>
              {t(each === "audio" ? "inbox.kind.sound" : `inbox.kind.${each}`)}
            </option>
          ))}
        </SelectField>
        {takesCaption(kind) && (
          <TextField
            label={t("inbox.link.caption")}
            dir="auto"
            maxLength={CAPTION_LIMIT}
            value={caption}
            onChange={(event) => setCaption(event.target.value)}
          />
        )}
        <div className="flex justify-end gap-2 pt-1">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary">
            {t("inbox.composer.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
