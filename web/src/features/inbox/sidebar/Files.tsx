/** The latest pictures and documents of a conversation; all of them in a box of their own. */
import { FileText, Play } from "lucide-react";
import { Suspense, useState } from "react";
import type { Media, Message } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { mediaUrl, thumbnailUrl } from "@/media/urls";
import { lazy } from "@/ui/lazy";
import { useFiles } from "../queries/contact";
import { toBubbles } from "../thread/layout";
import { Section } from "./parts";

const Viewer = lazy(() => import("../thread/Viewer"));
const FilesDialog = lazy(() => import("./FilesDialog"));

const PICTURES = 6;
const DOCUMENTS = 3;

export type WithMedia = Message & { media: Media };

export function Files({ conversation }: { conversation: string }) {
  const { t } = useTranslation();
  const allowed = useCan("messages:read");
  const { data } = useFiles(conversation);
  const [all, setAll] = useState(false);
  const messages = stored(data?.pages[0]?.messages ?? []);
  const pictures = messages.filter(isPicture);
  const documents = messages.filter(({ media }) => media.kind === "document");
  if (!allowed || (messages.length === 0 && !data)) return null;

  return (
    <Section
      title={t("inbox.files.title")}
      action={
        messages.length > 0 && (
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => setAll(true)}
            className="rounded-sm text-accent text-xs hover:underline pointer-coarse:min-h-11 pointer-coarse:min-w-11"
          >
            {t("inbox.files.all")}
          </button>
        )
      }
    >
      {messages.length === 0 && <p className="text-muted text-sm">{t("inbox.files.none")}</p>}
      {pictures.length > 0 && <Pictures messages={pictures.slice(0, PICTURES)} of={pictures} />}
      {documents.length > 0 && <Documents messages={documents.slice(0, DOCUMENTS)} />}
      {all && (
        <Suspense fallback={null}>
          <FilesDialog conversation={conversation} onClose={() => setAll(false)} />
        </Suspense>
      )}
    </Section>
  );
}

/** Those whose bytes are here. */
export function stored(messages: readonly Message[]): WithMedia[] {
  return messages.filter((message): message is WithMedia => message.media?.state === "stored");
}

export function isPicture({ media }: WithMedia): boolean {
  return media.kind === "image" || media.kind === "video";
}

/** Small pictures and films that open large. `of` is what can be paged through. */
export function Pictures({ messages, of }: { messages: readonly WithMedia[]; of: readonly WithMedia[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe().member.id;
  const [viewed, setViewed] = useState<string | null>(null);
  return (
    <>
      <ul className="grid grid-cols-3 gap-1">
        {messages.map((message) => {
          const { media } = message;
          const name = t(`inbox.kind.${media.kind}`);
          const label = t("inbox.files.from", { what: name, at: format.full(message.created_at) });
          return (
            <li key={message.id}>
              <button
                type="button"
                aria-label={label}
                data-open={message.id}
                onClick={() => setViewed(message.id)}
                className="relative flex aspect-square w-full items-center justify-center overflow-hidden rounded-md bg-sunken hover:opacity-85"
              >
                {media.kind === "image" ? (
                  <img src={thumbnailUrl(media)} alt="" loading="lazy" className="size-full object-cover" />
                ) : (
                  <>
                    <Play aria-hidden="true" className="size-6 text-muted" />
                    {media.duration_ms !== null && (
                      <span className="absolute end-1 bottom-1 text-muted text-xs tabular-nums">
                        {format.duration(media.duration_ms)}
                      </span>
                    )}
                  </>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      {viewed && (
        <Suspense fallback={null}>
          <Viewer
            // As in the thread, oldest first.
            bubbles={toBubbles(of.toReversed(), [], me).map((bubble) => ({
              ...bubble,
              key: bubble.id ?? bubble.key,
            }))}
            start={viewed}
            onClose={() => setViewed(null)}
          />
        </Suspense>
      )}
    </>
  );
}

export function Documents({ messages }: { messages: readonly WithMedia[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className="-mx-2">
      {messages.map(({ id, media, created_at }) => (
        <li key={id}>
          <a
            href={mediaUrl(media.id)}
            download={media.filename ?? ""}
            className="flex min-h-11 items-center gap-2.5 rounded-md px-2 py-1 hover:bg-hover"
          >
            <FileText aria-hidden="true" className="size-4.5 shrink-0 text-faint" />
            <span className="min-w-0 flex-1">
              <bdi className="block truncate text-base text-ui-start">
                {media.filename ?? t("inbox.kind.document")}
              </bdi>
              <span className="block text-muted text-xs">
                {media.size !== null && `${format.size(media.size)} · `}
                {format.date(created_at)}
              </span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
