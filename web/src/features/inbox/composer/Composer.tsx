/** Where a reply is written, or recorded, or put together of files. What is written is kept as it is typed. */
import {
  CornerUpLeft,
  FileText,
  Image,
  LayoutTemplate,
  Link2,
  LockKeyhole,
  MapPin,
  Mic,
  Plus,
  SendHorizontal,
  Smile,
  X,
} from "lucide-react";
import {
  type ReactNode,
  type RefObject,
  Suspense,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Conversation, FilledTemplate, MediaKind, Place } from "@/api/types";
import { useMe } from "@/app/me";
import { useMediaQuery } from "@/app/useMediaQuery";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { CAPTION_LIMIT, PICTURES } from "@/media/limits";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { GROWING, useGrowing } from "@/ui/growing";
import { lazy } from "@/ui/lazy";
import { Menu, MenuItem } from "@/ui/Menu";
import { focusTextBox, noTextBoxComes } from "@/ui/shortcuts";
import { inNextFrame } from "@/ui/useAfterPaint";
import { useDraft } from "../drafts";
import { useOffers } from "../offers";
import { keepFile, type OutboxContent, useOutbox } from "../outbox";
import { type Attachment, attach, detach, trayOf, useAttachments } from "./attachments";
import { useLock } from "./lock";
import { extensionOf, type Recorded } from "./recording";
import { tellTyping } from "./typing";

const AttachmentTray = lazy(() => import("./AttachmentTray"));
const CannedReplies = lazy(() => import("./CannedReplies"));
const EmojiPopup = lazy(() => import("./EmojiPopup"));
const LinkDialog = lazy(() => import("./LinkDialog"));
const LocationDialog = lazy(() => import("./LocationDialog"));
const Recorder = lazy(() => import("./Recorder"));
const TemplateDialog = lazy(() => import("../templates/TemplateDialog"));

/** So many characters before the limit they are counted. */
const NEAR_LIMIT = 600;

export function Composer({
  conversation,
  input,
  quoted,
  head,
  onSent,
}: {
  conversation: Conversation;
  input: RefObject<HTMLTextAreaElement | null>;
  /** The message being replied to, as shown above the box. */
  quoted: { author: string; text: string } | null;
  /** What stands above the box. */
  head: ReactNode;
  onSent: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const outbox = useOutbox();
  const lock = useLock(conversation);
  const { caption: takesCaption, mostCharacters } = useOffers(conversation);
  const [draft, setDraft] = useDraft(conversation.id);
  const tray = trayOf(useMe().member.id, conversation.id);
  const attachments = useAttachments(tray);
  const touch = useMediaQuery("(pointer: coarse)");
  const [dialog, setDialog] = useState<"link" | "location" | "template" | null>(null);
  const [emoji, setEmoji] = useState(false);
  const [recording, setRecording] = useState(false);
  /** Where a slash was typed: one that stood in the draft already asks for nothing. */
  const [slashIn, setSlashIn] = useState<string | null>(null);
  const emojiButton = useRef<HTMLButtonElement>(null);
  const pictures = useRef<HTMLInputElement>(null);
  const documents = useRef<HTMLInputElement>(null);
  const id = useId();
  const text = draft.text.trim();
  const length = charactersOf(text);
  const tooLong = length > mostCharacters;
  const [only] = attachments.length === 1 ? attachments : [];
  const isCaption = Boolean(only && takesCaption(only.kind));
  const blocked = attachments.some(({ problem }) => problem);
  const sendable = !lock && !tooLong && !blocked && (text !== "" || attachments.length > 0);

  useGrowing(input, draft.text);
  const locked = lock !== null;
  useEffect(() => {
    // On a touch screen the keyboard would cover the thread one has just opened.
    if (touch || locked) return noTextBoxComes();
    return focusTextBox(input);
  }, [input, touch, locked]);

  // Nobody is recorded who looks at another conversation.
  useLayoutEffect(() => () => setRecording(false), []);

  const send = () => {
    if (!sendable) return;
    let replyTo = draft.replyTo;
    const add = (words: string, content: OutboxContent | null, file?: Blob) => {
      outbox.add(conversation.id, words, replyTo, content, (key) => file && void keepFile(key, file));
      // Only the first of several answers.
      replyTo = null;
    };
    const caption = isCaption && length <= CAPTION_LIMIT ? text : null;
    for (const attachment of attachments) {
      add(caption ?? attachment.caption.trim(), contentOf(attachment), attachment.file);
    }
    if (text && caption === null) add(text, null);
    setDraft({ text: "", replyTo: null });
    detach(
      tray,
      attachments.map(({ id }) => id),
    );
    onSent();
    input.current?.focus();
  };

  const sendVoice = ({ blob, durationMs }: Recorded) => {
    const filename = `voice.${extensionOf(blob.type)}`;
    const content: OutboxContent = {
      type: "file",
      kind: "audio",
      filename,
      mimeType: blob.type,
      size: blob.size,
      width: null,
      height: null,
      voice: true,
      durationMs: Math.round(durationMs),
      mediaId: null,
    };
    outbox.add(conversation.id, "", draft.replyTo, content, (key) => void keepFile(key, blob));
    if (draft.replyTo) setDraft({ ...draft, replyTo: null });
    setRecording(false);
    focusTextBox(input, inNextFrame);
    onSent();
  };

  const sendPlace = (location: Place) => {
    outbox.add(conversation.id, location.name ?? location.address ?? "", draft.replyTo, {
      type: "location",
      location,
    });
    if (draft.replyTo) setDraft({ ...draft, replyTo: null });
    setDialog(null);
    onSent();
  };

  const sendLink = (link: Extract<OutboxContent, { type: "link" }>, caption: string) => {
    outbox.add(conversation.id, caption, draft.replyTo, link);
    if (draft.replyTo) setDraft({ ...draft, replyTo: null });
    setDialog(null);
    onSent();
  };

  const sendTemplate = (template: FilledTemplate) => {
    outbox.add(conversation.id, template.body, null, { type: "template", template });
    setDialog(null);
    onSent();
  };

  const dialogs = (
    <Suspense fallback={null}>
      {dialog === "template" && (
        <TemplateDialog conversation={conversation} onSend={sendTemplate} onClose={() => setDialog(null)} />
      )}
      {dialog === "link" && (
        <LinkDialog takesCaption={takesCaption} onSend={sendLink} onClose={() => setDialog(null)} />
      )}
      {dialog === "location" && <LocationDialog onSend={sendPlace} onClose={() => setDialog(null)} />}
    </Suspense>
  );

  if (lock) {
    return (
      <div className="border-line border-t bg-surface px-4 py-3">
        {head}
        <div className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-canvas px-3 py-2.5">
          <LockKeyhole aria-hidden="true" className="size-4 shrink-0 text-pending" />
          <div className="min-w-52 flex-1">
            <label className="sr-only" htmlFor={id}>
              {t("inbox.composer.label")}
            </label>
            <textarea
              id={id}
              ref={input}
              disabled
              rows={1}
              aria-describedby={`${id}-locked`}
              value={draft.text}
              readOnly
              className={draft.text ? cx(GROWING, "w-full resize-none text-base text-muted") : "sr-only"}
            />
            <p id={`${id}-locked`} className="text-base text-muted">
              {lock.reason}
            </p>
          </div>
          {lock.byWindow && (
            <Button variant="primary" onClick={() => setDialog("template")} className="max-sm:w-full">
              <LayoutTemplate aria-hidden="true" className="size-4" />
              {t("inbox.composer.sendTemplate")}
            </Button>
          )}
        </div>
        {dialogs}
      </div>
    );
  }

  const take = (files: File[], as?: MediaKind) => {
    attach(tray, files, as);
    focusTextBox(input, inNextFrame);
  };

  const insert = (emoji: string) => {
    const box = input.current;
    const from = box?.selectionStart ?? draft.text.length;
    const to = box?.selectionEnd ?? from;
    setDraft({ ...draft, text: draft.text.slice(0, from) + emoji + draft.text.slice(to) });
    setEmoji(false);
    requestAnimationFrame(() => {
      box?.focus();
      box?.setSelectionRange(from + emoji.length, from + emoji.length);
    });
  };

  return (
    <>
      <form
        className="relative border-line border-t bg-surface px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {head}
        <div className="rounded-lg border border-edge/60 bg-raised focus-within:border-accent focus-within:outline-1 focus-within:outline-accent">
          {draft.replyTo && (
            <div className="flex items-center gap-2 border-line border-b px-3 py-1.5">
              <CornerUpLeft aria-hidden="true" className="size-4 shrink-0 text-accent rtl:-scale-x-100" />
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium text-accent text-xs">
                  {t("inbox.composer.replyingTo", { name: quoted?.author ?? t("inbox.message.earlier") })}
                </p>
                <p dir="auto" className="truncate text-muted text-sm text-ui-start">
                  {quoted?.text}
                </p>
              </div>
              <IconButton
                label={t("inbox.composer.cancelReply")}
                size="sm"
                onClick={() => {
                  setDraft({ ...draft, replyTo: null });
                  input.current?.focus();
                }}
              >
                <X aria-hidden="true" className="size-4" />
              </IconButton>
            </div>
          )}
          {attachments.length > 0 && (
            <Suspense fallback={<div className="h-16" />}>
              <AttachmentTray
                tray={tray}
                attachments={attachments}
                takesCaption={takesCaption}
                onSend={send}
              />
            </Suspense>
          )}
          {recording ? (
            <Suspense fallback={<div className="h-12" />}>
              <Recorder
                onSend={sendVoice}
                onClose={() => {
                  setRecording(false);
                  focusTextBox(input, inNextFrame);
                }}
              />
            </Suspense>
          ) : (
            <div className="flex items-end gap-1 p-1.5">
              <Menu
                side="top"
                trigger={
                  <IconButton label={t("inbox.composer.attach")}>
                    <Plus aria-hidden="true" className="size-5" />
                  </IconButton>
                }
              >
                <MenuItem onClick={() => pictures.current?.click()}>
                  <Image aria-hidden="true" className="size-4 text-muted" />
                  {t("inbox.composer.photo")}
                </MenuItem>
                <MenuItem onClick={() => documents.current?.click()}>
                  <FileText aria-hidden="true" className="size-4 text-muted" />
                  {t("inbox.composer.document")}
                </MenuItem>
                <MenuItem onClick={() => setDialog("link")}>
                  <Link2 aria-hidden="true" className="size-4 text-muted" />
                  {t("inbox.link.title")}
                </MenuItem>
                <MenuItem onClick={() => setDialog("location")}>
                  <MapPin aria-hidden="true" className="size-4 text-muted" />
                  {t("inbox.composer.location")}
                </MenuItem>
                <MenuItem onClick={() => setDialog("template")}>
                  <LayoutTemplate aria-hidden="true" className="size-4 text-muted" />
                  {t("inbox.composer.template")}
                </MenuItem>
              </Menu>
              <FileInput
                picker={pictures}
                label={t("inbox.composer.photo")}
                accept={PICTURES}
                onFiles={take}
              />
              <FileInput
                picker={documents}
                label={t("inbox.composer.document")}
                onFiles={(files) => take(files, "document")}
              />
              <label className="sr-only" htmlFor={id}>
                {t("inbox.composer.label")}
              </label>
              <textarea
                id={id}
                ref={input}
                rows={1}
                dir="auto"
                value={draft.text}
                placeholder={t(
                  isCaption
                    ? "inbox.composer.captionPlaceholder"
                    : attachments.length > 0
                      ? "inbox.composer.afterFiles"
                      : "inbox.composer.placeholder",
                )}
                aria-describedby={`${id}-hint`}
                aria-invalid={tooLong || undefined}
                enterKeyHint={touch ? "enter" : "send"}
                onChange={(event) => {
                  setDraft({ ...draft, text: event.target.value });
                  setSlashIn(event.target.value.startsWith("/") ? conversation.id : null);
                  if (event.target.value.trim()) tellTyping(conversation.id);
                }}
                onKeyDown={(event) => {
                  if (event.nativeEvent.isComposing) return;
                  if (event.key === "Enter" && !event.shiftKey && !event.altKey && !touch) {
                    event.preventDefault();
                    send();
                  } else if (event.key === "Escape" && draft.replyTo) {
                    event.stopPropagation();
                    setDraft({ ...draft, replyTo: null });
                  }
                }}
                className={cx(
                  GROWING,
                  "thin-scroll min-h-8 min-w-0 flex-1 resize-none self-center bg-transparent px-1 py-1.5 text-base outline-none placeholder:text-faint pointer-coarse:min-h-11 pointer-coarse:py-3",
                )}
              />
              {slashIn === conversation.id && draft.text.startsWith("/") && (
                <Suspense fallback={null}>
                  <CannedReplies
                    conversation={conversation}
                    box={input}
                    text={draft.text}
                    onPick={(text) => setDraft({ ...draft, text })}
                  />
                </Suspense>
              )}
              {/* A phone's keyboard has them. */}
              <IconButton
                ref={emojiButton}
                label={t("inbox.composer.emoji")}
                aria-haspopup="dialog"
                aria-expanded={emoji}
                onClick={() => setEmoji(!emoji)}
                className="pointer-coarse:hidden"
              >
                <Smile aria-hidden="true" className="size-5" />
              </IconButton>
              {emoji && (
                <Suspense fallback={null}>
                  <EmojiPopup anchor={emojiButton} onPick={insert} onClose={() => setEmoji(false)} />
                </Suspense>
              )}
              {text === "" && attachments.length === 0 ? (
                <IconButton label={t("inbox.composer.record")} onClick={() => setRecording(true)}>
                  <Mic aria-hidden="true" className="size-5" />
                </IconButton>
              ) : (
                <IconButton
                  type="submit"
                  variant="primary"
                  label={t("inbox.composer.send")}
                  disabled={!sendable}
                >
                  <SendHorizontal aria-hidden="true" className="size-4.5 rtl:-scale-x-100" />
                </IconButton>
              )}
            </div>
          )}
        </div>
        <div className="mt-1.5 flex justify-between gap-4 px-1 text-faint text-xs">
          <span id={`${id}-hint`} className="pointer-coarse:hidden">
            {t("inbox.composer.hint")}
          </span>
          {length > mostCharacters - NEAR_LIMIT && (
            <span className={cx("ms-auto tabular-nums", tooLong && "text-danger")}>
              {t("inbox.composer.length", {
                used: format.number(length),
                most: format.number(mostCharacters),
              })}
            </span>
          )}
        </div>
      </form>
      {/* Beside the form: what is sent in a dialog is not sent by the box as well. */}
      {dialogs}
    </>
  );
}

function FileInput({
  picker,
  label,
  accept,
  onFiles,
}: {
  picker: RefObject<HTMLInputElement | null>;
  label: string;
  accept?: string;
  onFiles: (files: File[]) => void;
}) {
  return (
    <input
      ref={picker}
      type="file"
      multiple
      hidden
      aria-label={label}
      {...(accept ? { accept } : {})}
      onChange={(event) => {
        const files = [...(event.target.files ?? [])];
        event.target.value = "";
        if (files.length > 0) onFiles(files);
      }}
    />
  );
}

function contentOf({ file, kind, width, height }: Attachment): OutboxContent {
  return {
    type: "file",
    kind,
    filename: file.name,
    mimeType: file.type || "application/octet-stream",
    size: file.size,
    width,
    height,
    voice: false,
    durationMs: null,
    mediaId: null,
  };
}

/** As the server counts them: an emoji is one, however it is stored. */
function charactersOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
