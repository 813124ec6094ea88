/** All files of a conversation, by kind, page after page. */
import { useId, useState } from "react";
import type { MediaKind } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { AudioPlayer } from "@/media/AudioPlayer";
import { mediaUrl } from "@/media/urls";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { Bone, Delayed } from "@/ui/Skeleton";
import { TabBar, tabId } from "@/ui/TabBar";
import { useFiles } from "../queries/contact";
import { Documents, Pictures, stored, type WithMedia } from "./Files";

const TABS = {
  pictures: ["image", "video"],
  documents: ["document"],
  audio: ["audio"],
} as const satisfies Record<string, readonly MediaKind[]>;
type Tab = keyof typeof TABS;

export default function FilesDialog({
  conversation,
  onClose,
}: {
  conversation: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>("pictures");
  const panel = useId();
  const files = useFiles(conversation, TABS[tab]);
  const messages = stored(files.data?.pages.flatMap((page) => page.messages) ?? []);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("inbox.files.title")}
      closeLabel={t("common.close")}
    >
      <TabBar
        id={panel}
        label={t("inbox.files.title")}
        value={tab}
        onChange={setTab}
        tabs={(Object.keys(TABS) as Tab[]).map((value) => ({ value, label: t(`inbox.files.${value}`) }))}
        className="flex border-line border-b"
      />
      <div
        id={panel}
        role="tabpanel"
        aria-labelledby={tabId(panel, tab)}
        className="flex min-h-40 flex-col gap-4 pt-4"
      >
        {files.isPending ? (
          <Delayed>
            <div role="status" aria-label={t("common.loading")} className="flex flex-col gap-3">
              <Bone className="h-20" />
              <Bone className="h-20" />
            </div>
          </Delayed>
        ) : files.error ? (
          <Notice
            tone="danger"
            role="alert"
            action={
              <Button size="sm" onClick={() => void files.refetch()}>
                {t("common.retry")}
              </Button>
            }
          >
            {files.error.message}
          </Notice>
        ) : messages.length === 0 && !files.hasNextPage ? (
          <p className="py-6 text-center text-muted">{t("inbox.files.none")}</p>
        ) : (
          <>
            {tab === "pictures" && <Pictures messages={messages} of={messages} />}
            {tab === "documents" && <Documents messages={messages} />}
            {tab === "audio" && <Recordings messages={messages} />}
            {files.hasNextPage && (
              <Button
                busy={files.isFetchingNextPage}
                onClick={() => void files.fetchNextPage()}
                className="self-center"
              >
                {t("inbox.files.more")}
              </Button>
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}

function Recordings({ messages }: { messages: readonly WithMedia[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className="flex flex-col gap-3">
      {messages.map(({ id, media, created_at }) => (
        <li key={id}>
          <p className="mb-1 text-muted text-xs">
            {!media.voice && media.filename && (
              <>
                <bdi>{media.filename}</bdi>
                {" · "}
              </>
            )}
            {format.full(created_at)}
          </p>
          <AudioPlayer
            url={mediaUrl(media.id)}
            voice={media.voice}
            durationMs={media.duration_ms}
            name={media.voice ? t("inbox.kind.audio") : (media.filename ?? t("inbox.kind.sound"))}
          />
        </li>
      ))}
    </ul>
  );
}
