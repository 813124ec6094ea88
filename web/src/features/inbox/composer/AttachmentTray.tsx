/** The files that go with the next message: to look at, to caption, to take away. */
import { FileText, Music, TriangleAlert, Video, X } from "lucide-react";
import type { MediaKind } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { CAPTION_LIMIT, LIMITS } from "@/media/limits";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { INPUT } from "@/ui/TextField";
import { type Attachment, asDocument, change, detach, fitsAsDocument } from "./attachments";

export default function AttachmentTray({
  tray,
  attachments,
  takesCaption,
  onSend,
}: {
  tray: string;
  attachments: readonly Attachment[];
  takesCaption: (kind: MediaKind) => boolean;
  onSend: () => void;
}) {
  const { t } = useTranslation();
  const several = attachments.length > 1;
  return (
    <ul
      aria-label={t("inbox.composer.files")}
      className="thin-scroll flex max-h-64 flex-col gap-1 overflow-y-auto border-line border-b p-1.5"
    >
      {attachments.map((attachment) => (
        <Row
          key={attachment.id}
          tray={tray}
          attachment={attachment}
          captioned={several && takesCaption(attachment.kind)}
          onSend={onSend}
        />
      ))}
    </ul>
  );
}

function Row({
  tray,
  attachment,
  captioned,
  onSend,
}: {
  tray: string;
  attachment: Attachment;
  /** With one file the box below is its caption, where it can have one. */
  captioned: boolean;
  onSend: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { id, file, kind, problem, url } = attachment;
  const size = format.size(file.size);
  return (
    <li className={cx("flex items-center gap-3 rounded-md p-1.5", problem ? "bg-danger-soft" : "bg-sunken")}>
      <Thumbnail attachment={attachment} url={url} />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-2">
          <span dir="auto" className="min-w-0 truncate font-medium text-sm">
            {file.name}
          </span>
          <span className="shrink-0 text-muted text-xs">
            {t(`inbox.kind.${kind === "audio" ? "sound" : kind}`)} · {size}
          </span>
        </p>
        {problem ? (
          <div role="alert" className="flex flex-wrap items-center gap-x-2 gap-y-1 text-danger text-sm">
            <TriangleAlert aria-hidden="true" className="size-4 shrink-0" />
            <span>
              {problem === "empty"
                ? t("inbox.composer.fileEmpty")
                : t(`inbox.composer.tooLarge.${kind}`, { size, limit: format.size(LIMITS[kind]) })}
            </span>
            {problem === "too_large" && fitsAsDocument(attachment) && (
              <Button size="sm" onClick={() => change(tray, id, asDocument(attachment))}>
                {t("inbox.composer.asDocument")}
              </Button>
            )}
          </div>
        ) : (
          captioned && (
            <input
              dir="auto"
              value={attachment.caption}
              maxLength={CAPTION_LIMIT}
              aria-label={t("inbox.composer.captionOf", { name: file.name })}
              placeholder={t("inbox.composer.captionPlaceholder")}
              onChange={(event) => change(tray, id, { caption: event.target.value })}
              onKeyDown={(event) => {
                if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
                event.preventDefault();
                onSend();
              }}
              className={cx(INPUT, "mt-1 h-7 px-2 text-sm pointer-coarse:h-11")}
            />
          )
        )}
      </div>
      <IconButton
        size="sm"
        label={t("inbox.composer.removeFile", { name: file.name })}
        onClick={() => detach(tray, [id])}
      >
        <X aria-hidden="true" className="size-4" />
      </IconButton>
    </li>
  );
}

function Thumbnail({ attachment: { kind }, url }: { attachment: Attachment; url: string | null }) {
  const box = "size-11 shrink-0 overflow-hidden rounded-md";
  if (kind === "image" && url) return <img src={url} alt="" className={cx(box, "object-cover")} />;
  const Icon = kind === "video" ? Video : kind === "audio" ? Music : FileText;
  return (
    <span className={cx(box, "flex items-center justify-center bg-raised text-muted")}>
      <Icon aria-hidden="true" className="size-5" strokeWidth={1.6} />
    </span>
  );
}
