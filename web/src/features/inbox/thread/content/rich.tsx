/** What messages hold beyond text and pictures. Loaded beside the inbox, before the first thread opens. */
import {
  Building2,
  Check,
  Copy,
  CornerDownRight,
  Download,
  ExternalLink,
  FileArchive,
  FileAudio,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  List,
  LoaderCircle,
  type LucideIcon,
  Mail,
  MapPin,
  Megaphone,
  Navigation,
  Presentation,
  ShoppingBag,
  TriangleAlert,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ContactCard, Interactive, InteractiveReply, Media, Place, Referral } from "@/api/types";
import { useMediaQuery } from "@/app/useMediaQuery";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { AudioPlayer } from "@/media/AudioPlayer";
import { mediaUrl } from "@/media/urls";
import { TemplateParts } from "@/templates/TemplatePreview";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { formatText } from "@/ui/formatText";
import { useLocalFile } from "../../outbox";
import type { Bubble } from "../layout";

const CARD = "rounded-md bg-[color-mix(in_oklch,var(--text)_5%,transparent)]";

/** One entrance, so that there is one chunk. */
export default function Rich({ bubble, meta }: { bubble: Bubble; meta: ReactNode }) {
  const { content, media, contentType } = bubble;
  if (contentType === "audio" && media) return <Sound bubble={bubble} media={media} />;
  if (contentType === "document" && media) return <Paper bubble={bubble} media={media} />;
  if (contentType === "location" && content.location) return <Location place={content.location} />;
  if (contentType === "contacts" && content.contacts) return <Cards cards={content.contacts} />;
  if (contentType === "order" && content.order) return <Order items={content.order.items} />;
  if (content.interactive) return <Asked asked={content.interactive} meta={meta} />;
  if (content.reply) return <Pressed reply={content.reply} />;
  if (content.template) {
    const { values } = content.template;
    const id = values.header_media_id ?? bubble.media?.id;
    return (
      <TemplateParts
        template={content.template}
        values={values}
        media={id ? { url: mediaUrl(id), filename: bubble.media?.filename ?? null } : null}
        trailer={<span className="flex justify-end pt-0.5">{meta}</span>}
      />
    );
  }
  return null;
}

function Sound({ bubble, media }: { bubble: Bubble; media: Media }) {
  const { t } = useTranslation();
  const local = useLocalFile(bubble.key);
  const name = media.voice ? t("inbox.kind.audio") : (media.filename ?? t("inbox.kind.sound"));
  if (media.state !== "stored" && !local) return <Absent media={media} icon={FileAudio} name={name} />;
  return (
    <>
      {!media.voice && media.filename && (
        <span dir="auto" className="block max-w-72 truncate text-sm">
          {media.filename}
        </span>
      )}
      <AudioPlayer
        url={local?.url ?? mediaUrl(media.id)}
        local={local?.blob ?? null}
        voice={media.voice}
        durationMs={media.duration_ms}
        name={name}
        heard={bubble.status === "played"}
      />
    </>
  );
}

function Paper({ bubble, media }: { bubble: Bubble; media: Media }) {
  const { t } = useTranslation();
  const format = useFormat();
  const local = useLocalFile(bubble.key);
  const name = media.filename ?? t("inbox.kind.document");
  const [Icon, tone] = paperIcon(media);
  if (media.state !== "stored" && !local) return <Absent media={media} icon={Icon} name={name} />;
  const about = [extension(media), media.size === null ? null : format.size(media.size)].filter(Boolean);
  return (
    <a
      href={local?.url ?? mediaUrl(media.id)}
      download={name}
      aria-label={t("media.downloadNamed", { name })}
      className={cx(
        CARD,
        "mt-0.5 mb-1 flex w-72 max-w-full items-center gap-3 px-2.5 py-2 hover:bg-[color-mix(in_oklch,var(--text)_9%,transparent)]",
      )}
    >
      <Icon aria-hidden="true" className={cx("size-8 shrink-0", tone)} strokeWidth={1.4} />
      <span className="min-w-0 flex-1">
        <span dir="auto" className="line-clamp-2 break-words font-medium text-sm text-ui-start">
          {name}
        </span>
        <span className="block text-muted text-xs">{about.join(" · ")}</span>
      </span>
      <Download aria-hidden="true" className="size-4 shrink-0 text-muted" />
    </a>
  );
}

/** A file that is not there: yet, or for good. */
function Absent({ media, icon: Icon, name }: { media: Media; icon: LucideIcon; name: string }) {
  const { t } = useTranslation();
  const failed = media.state === "failed";
  const Sign = failed ? TriangleAlert : LoaderCircle;
  return (
    <span className={cx(CARD, "mt-0.5 mb-1 flex w-72 max-w-full items-center gap-3 px-2.5 py-2")}>
      <Icon aria-hidden="true" className="size-8 shrink-0 text-muted" strokeWidth={1.4} />
      <span className="min-w-0 flex-1 text-sm">
        <span dir="auto" className="block truncate font-medium text-ui-start">
          {name}
        </span>
        <span dir="auto" className={cx("block text-ui-start", failed ? "text-danger" : "text-muted")}>
          {failed ? (media.error ?? t("media.failed")) : t("media.pending")}
        </span>
      </span>
      <Sign
        aria-hidden="true"
        className={cx("size-4 shrink-0", failed ? "text-danger" : "animate-spin text-muted")}
      />
    </span>
  );
}

function Location({ place }: { place: Place }) {
  const { t } = useTranslation();
  const touch = useMediaQuery("(pointer: coarse)");
  const at = `${place.latitude},${place.longitude}`;
  // A phone has a map app; a desk has a browser.
  const href = touch
    ? `geo:${at}?q=${at}${place.name ? `(${encodeURIComponent(place.name)})` : ""}`
    : `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}#map=16/${place.latitude}/${place.longitude}`;
  return (
    <span className="mt-0.5 mb-1 block w-72 max-w-full">
      <MapPicture />
      <span className="block px-1 pt-1.5">
        {place.name && (
          <span dir="auto" className="block break-words font-medium text-base text-ui-start">
            {place.name}
          </span>
        )}
        {place.address && (
          <span dir="auto" className="block break-words text-muted text-sm text-ui-start">
            {place.address}
          </span>
        )}
        <span className="flex items-center justify-between gap-3 pt-0.5">
          <bdi className="text-muted text-xs tabular-nums">
            {place.latitude.toFixed(5)}, {place.longitude.toFixed(5)}
          </bdi>
          <a
            href={href}
            target="_blank"
            rel="noopener noreferrer"
            className="inline-flex items-center gap-1 rounded-sm font-medium text-accent text-sm hover:underline pointer-coarse:min-h-11"
          >
            <Navigation aria-hidden="true" className="size-3.5" />
            {t("inbox.location.open")}
          </a>
        </span>
      </span>
    </span>
  );
}

/** Drawn, not fetched: a map would tell a stranger where our customers are. */
function MapPicture() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 288 112"
      className="block h-28 w-full rounded-md"
      preserveAspectRatio="xMidYMid slice"
    >
      <rect width="288" height="112" fill="color-mix(in oklch, var(--open) 14%, var(--surface))" />
      <path
        d="M-6 84 C60 60 96 118 170 92 S260 60 300 76 V120 H-6Z"
        fill="color-mix(in oklch, var(--read) 26%, var(--surface))"
      />
      <path d="M196 -8 L232 62 L292 40 V-8Z" fill="color-mix(in oklch, var(--open) 32%, var(--surface))" />
      <g fill="none" stroke="var(--surface)" strokeLinecap="round">
        <path d="M-8 34 L300 14" strokeWidth="7" />
        <path d="M62 -8 L92 92" strokeWidth="6" />
        <path d="M206 -8 L176 96" strokeWidth="6" />
        <path d="M-8 68 L186 58" strokeWidth="4" />
        <path d="M20 -8 L36 70 M128 -8 L138 62 M250 4 L244 70" strokeWidth="3" />
      </g>
      <ellipse cx="144" cy="72" rx="11" ry="3.4" fill="var(--text)" opacity="0.22" />
      <path
        d="M144 71 C133 57 126 49 126 39 a18 18 0 1 1 36 0 c0 10 -7 18 -18 32Z"
        fill="var(--danger)"
        stroke="var(--surface)"
        strokeWidth="2"
      />
      <circle cx="144" cy="39" r="6.5" fill="var(--surface)" />
    </svg>
  );
}

function Cards({ cards }: { cards: ContactCard[] }) {
  const { t } = useTranslation();
  return (
    <span className="mt-0.5 mb-1 flex w-72 max-w-full flex-col gap-1">
      {cards.map((card, at) => {
        const name = card.name || [card.first_name, card.last_name].filter(Boolean).join(" ");
        const work = [card.title, card.company].filter(Boolean).join(", ");
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: cards have no identity but their place
          <span key={at} className={cx(CARD, "block px-2.5 py-2")}>
            <span className="flex items-center gap-2.5">
              <Avatar id={name || String(at)} name={name || "?"} />
              <span className="min-w-0 flex-1">
                <span dir="auto" className="block truncate font-medium text-base text-ui-start">
                  {name || t("inbox.card.unnamed")}
                </span>
                {work && (
                  <span className="flex items-center gap-1 text-muted text-xs">
                    <Building2 aria-hidden="true" className="size-3 shrink-0" />
                    <bdi className="truncate">{work}</bdi>
                  </span>
                )}
              </span>
            </span>
            {card.phones?.map(({ phone, label }) => (
              <span key={phone} className="mt-1 flex items-center gap-2 border-line border-t pt-1">
                <span className="min-w-0 flex-1">
                  <a
                    href={`tel:${phone.replace(/[^+\d]/g, "")}`}
                    className="block truncate text-accent text-sm hover:underline pointer-coarse:py-2"
                  >
                    <bdi>{phone}</bdi>
                  </a>
                  {label && (
                    <span className="block text-muted text-xs lowercase first-letter:uppercase">{label}</span>
                  )}
                </span>
                <CopyButton text={phone} />
              </span>
            ))}
            {card.emails?.map((email) => (
              <span key={email} className="mt-1 flex items-center gap-2 border-line border-t pt-1 text-sm">
                <Mail aria-hidden="true" className="size-3.5 shrink-0 text-muted" />
                <a href={`mailto:${email}`} className="min-w-0 flex-1 truncate text-accent hover:underline">
                  {email}
                </a>
                <CopyButton text={email} />
              </span>
            ))}
          </span>
        );
      })}
    </span>
  );
}

function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  const Icon = done ? Check : Copy;
  return (
    <IconButton
      size="sm"
      label={done ? t("common.copied") : t("inbox.card.copyPhone", { phone: text })}
      onClick={() => {
        void navigator.clipboard?.writeText(text).then(() => {
          setDone(true);
          setTimeout(() => setDone(false), 2_000);
        });
      }}
    >
      <Icon aria-hidden="true" className={cx("size-4", done && "text-open")} />
    </IconButton>
  );
}

/** Buttons and lists as the customer got them. */
function Asked({ asked, meta }: { asked: Interactive; meta: ReactNode }) {
  const { t } = useTranslation();
  const { header, action } = asked;
  const button =
    "flex min-h-9 items-center justify-center gap-2 border-line border-t px-3 py-1.5 font-medium text-accent text-base";
  return (
    <span className="block min-w-52">
      {header?.type === "image" && (
        <img src={mediaUrl(header.media_id)} alt="" className="aspect-[1.91] w-full object-cover" />
      )}
      <span className="block px-3 py-1.5">
        {header?.type === "text" && (
          <span dir="auto" className="mb-1 block break-words font-semibold text-base">
            {header.text}
          </span>
        )}
        {(header?.type === "video" || header?.type === "document") && (
          <a
            href={mediaUrl(header.media_id)}
            download
            className="mb-1 flex items-center gap-2 text-accent text-sm"
          >
            <FileText aria-hidden="true" className="size-4" />
            {t(`inbox.kind.${header.type}`)}
          </a>
        )}
        <span dir="auto" className="block whitespace-pre-wrap break-words text-base [overflow-wrap:anywhere]">
          {formatText(asked.body)}
        </span>
        {asked.footer && (
          <span dir="auto" className="mt-1 block text-muted text-sm">
            {asked.footer}
          </span>
        )}
        <span className="flex justify-end pt-0.5">{meta}</span>
      </span>
      {action.type === "buttons" &&
        action.buttons.map((each) => (
          <span key={each.id} className={button}>
            <span dir="auto">{each.title}</span>
          </span>
        ))}
      {action.type === "link" && (
        <a
          href={action.url}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className={cx(button, "hover:bg-hover")}
        >
          <ExternalLink aria-hidden="true" className="size-4" />
          <span dir="auto">{action.text}</span>
        </a>
      )}
      {action.type === "location_request" && (
        <span className={button}>
          <MapPin aria-hidden="true" className="size-4" />
          {t("inbox.interactive.askLocation")}
        </span>
      )}
      {action.type === "list" && (
        <details className="group border-line border-t">
          <summary className="flex min-h-9 cursor-pointer list-none items-center justify-center gap-2 px-3 py-1.5 font-medium text-accent text-base outline-offset-[-2px]">
            <List aria-hidden="true" className="size-4" />
            <span dir="auto">{action.button}</span>
          </summary>
          <span className="block px-3 pb-2">
            {action.sections.map((section, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: sections have no identity but their place
              <span key={at} className="block pt-1">
                {section.title && (
                  <span dir="auto" className="block font-medium text-muted text-xs">
                    {section.title}
                  </span>
                )}
                {section.rows.map((row) => (
                  <span
                    key={row.id}
                    dir="auto"
                    className="block border-line border-b py-1 text-sm last:border-b-0"
                  >
                    {row.title}
                    {row.description && <span className="block text-muted text-xs">{row.description}</span>}
                  </span>
                ))}
              </span>
            ))}
          </span>
        </details>
      )}
    </span>
  );
}

const PRESSED = {
  button: "inbox.interactive.pressedButton",
  template_button: "inbox.interactive.pressedButton",
  list: "inbox.interactive.choseRow",
  flow: "inbox.interactive.filledForm",
  other: "inbox.interactive.answered",
} as const;

/** What the customer pressed of it. */
function Pressed({ reply }: { reply: InteractiveReply }) {
  const { t } = useTranslation();
  return (
    <span className="block">
      <span className="flex items-center gap-1 text-muted text-xs">
        <CornerDownRight aria-hidden="true" className="size-3.5 rtl:-scale-x-100" />
        {t(PRESSED[reply.kind] ?? PRESSED.other)}
      </span>
      {reply.title && (
        <span dir="auto" className="block break-words font-medium text-accent text-base">
          {reply.title}
        </span>
      )}
      {reply.description && (
        <span dir="auto" className="block break-words text-muted text-sm">
          {reply.description}
        </span>
      )}
      {reply.response && <FilledForm response={reply.response} />}
    </span>
  );
}

function FilledForm({ response }: { response: string }) {
  return (
    <span className="mt-1 block">
      {answersOf(response).map(([question, answer]) => (
        <span key={question} className="block border-line border-t py-1 text-sm">
          <span dir="auto" className="block text-muted text-xs">
            {question}
          </span>
          <span dir="auto" className="block break-words">
            {answer}
          </span>
        </span>
      ))}
    </span>
  );
}

/** The fields of a form; what is no form is shown as it came. */
function answersOf(response: string): [question: string, answer: string][] {
  try {
    const read: unknown = JSON.parse(response);
    if (typeof read !== "object" || read === null) return [["", response]];
    return Object.entries(read)
      .filter(([name]) => name !== "flow_token")
      .map(([name, value]) => [
        name.replaceAll("_", " "),
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
  } catch {
    return [["", response]];
  }
}

function Order({ items }: { items: NonNullable<Bubble["content"]["order"]>["items"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const currencies = new Set(items.map((item) => item.currency));
  const priced = items.every((item) => item.price !== null) && currencies.size === 1;
  const total = items.reduce((sum, item) => sum + (item.price ?? 0) * item.quantity, 0);
  return (
    <span className={cx(CARD, "mt-0.5 mb-1 block w-72 max-w-full px-2.5 py-2")}>
      <span className="flex items-center gap-1.5 font-medium text-sm">
        <ShoppingBag aria-hidden="true" className="size-4 text-accent" />
        {t("inbox.order.title")}
      </span>
      {items.map((item) => (
        <span
          key={item.product}
          className="flex items-baseline gap-2 border-line border-b py-1 text-sm last:border-b-0"
        >
          <span className="shrink-0 text-muted tabular-nums">{format.number(item.quantity)}×</span>
          <bdi className="min-w-0 flex-1 break-words text-ui-start">{item.product}</bdi>
          {item.price !== null && (
            <span className="shrink-0 tabular-nums">
              {format.money(item.price * item.quantity, item.currency)}
            </span>
          )}
        </span>
      ))}
      {priced && items.length > 1 && (
        <span className="flex justify-between gap-2 pt-1 font-medium text-sm">
          <span>{t("inbox.order.total")}</span>
          <span className="tabular-nums">{format.money(total, items[0]?.currency ?? null)}</span>
        </span>
      )}
    </span>
  );
}

export function CameFrom({ referral }: { referral: Referral }) {
  const { t } = useTranslation();
  const kind =
    referral.source_type === "ad" || referral.source_type === "post" ? referral.source_type : "other";
  const url = referral.source_url && /^https?:\/\//.test(referral.source_url) ? referral.source_url : null;
  const inside = (
    <>
      <span className="flex items-center gap-1.5 font-medium text-accent text-xs">
        <Megaphone aria-hidden="true" className="size-3.5 rtl:-scale-x-100" />
        {t(`inbox.referral.${kind}`)}
        {url && <ExternalLink aria-hidden="true" className="size-3" />}
      </span>
      {referral.headline && (
        <span dir="auto" className="block break-words font-medium text-sm">
          {referral.headline}
        </span>
      )}
      {referral.body && (
        <span dir="auto" className="line-clamp-2 break-words text-muted text-sm">
          {referral.body}
        </span>
      )}
    </>
  );
  const box = cx(CARD, "mt-0.5 mb-1.5 block max-w-80 border-accent border-s-3 px-2.5 py-1.5");
  if (!url) return <span className={box}>{inside}</span>;
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className={cx(box, "hover:brightness-97")}
    >
      {inside}
    </a>
  );
}

function extension(media: Media): string | null {
  const last = media.filename?.split(".").pop();
  if (last && last !== media.filename && last.length <= 5) return last.toUpperCase();
  return media.mime_type.split("/").pop()?.slice(0, 5).toUpperCase() ?? null;
}

function paperIcon({ mime_type: type, filename }: Media): [LucideIcon, string] {
  const name = filename?.toLowerCase() ?? "";
  if (type === "application/pdf") return [FileText, "text-danger"];
  if (/sheet|excel|csv/.test(type) || /\.(xlsx?|csv|ods)$/.test(name)) return [FileSpreadsheet, "text-open"];
  if (/presentation|powerpoint/.test(type)) return [Presentation, "text-pending"];
  if (/zip|compressed|tar|rar/.test(type)) return [FileArchive, "text-pending"];
  if (type.startsWith("image/")) return [FileImage, "text-accent"];
  if (type.startsWith("video/")) return [FileVideo, "text-accent"];
  if (type.startsWith("audio/")) return [FileAudio, "text-accent"];
  return [FileText, "text-accent"];
}
