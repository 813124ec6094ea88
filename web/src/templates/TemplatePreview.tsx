/** A template as the customer will see it. What is not filled in yet stands out. */
import {
  Copy,
  CornerUpLeft,
  ExternalLink,
  FileText,
  Image,
  type LucideIcon,
  MapPin,
  Phone,
  SquareMousePointer,
  Video,
} from "lucide-react";
import { Fragment, type ReactNode } from "react";
import type { TemplateBody, TemplateButton, TemplateHeader, TemplateValues } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";
import { formatText } from "@/ui/formatText";
import { fill, NO_VALUES, placeholders } from "./fill";

const FORMATS: Record<"image" | "video" | "document", LucideIcon> = {
  image: Image,
  video: Video,
  document: FileText,
};

const BUTTONS: Record<TemplateButton["type"], LucideIcon> = {
  quick_reply: CornerUpLeft,
  url: ExternalLink,
  phone: Phone,
  copy_code: Copy,
  other: SquareMousePointer,
};

export type PreviewMedia = {
  /** Of a picture or film that can be shown. */
  url?: string | null;
  filename?: string | null;
};

export function TemplatePreview({
  template,
  values = NO_VALUES,
  media,
  className,
}: {
  template: TemplateBody;
  values?: TemplateValues;
  /** The file of the header, as far as it is known. */
  media?: PreviewMedia | null;
  className?: string;
}) {
  return (
    <div
      className={cx(
        "w-full max-w-96 overflow-hidden rounded-lg bg-bubble-out text-base shadow-[0_0_0_1px_var(--line)]",
        className,
      )}
    >
      <TemplateParts template={fill(template, values)} values={values} media={media} />
    </div>
  );
}

/** The parts of a filled template, for a bubble that is already there. */
export function TemplateParts({
  template,
  values = NO_VALUES,
  media,
  trailer,
}: {
  template: TemplateBody;
  values?: TemplateValues;
  media?: PreviewMedia | null | undefined;
  /** Stands at the end of the text: time and ticks. */
  trailer?: ReactNode;
}) {
  return (
    <>
      {template.header && <Header header={template.header} values={values} media={media} />}
      <div className="px-3 py-1.5">
        {template.header?.format === "text" && (
          <p dir="auto" className="mb-1 break-words font-semibold">
            <Plain text={template.header.text} />
          </p>
        )}
        <p dir="auto" className="whitespace-pre-wrap break-words [overflow-wrap:anywhere]">
          {formatText(template.body, (text) => (
            <Plain text={text} />
          ))}
        </p>
        {template.footer && (
          <p dir="auto" className="mt-1 break-words text-muted text-sm">
            {template.footer}
          </p>
        )}
        {trailer}
      </div>
      {template.buttons && template.buttons.length > 0 && <Buttons buttons={template.buttons} />}
    </>
  );
}

function Header({
  header,
  values,
  media,
}: {
  header: TemplateHeader;
  values: TemplateValues;
  media: PreviewMedia | null | undefined;
}) {
  const { t } = useTranslation();
  if (header.format === "text") return null;
  const url = media?.url ?? (header.format === "location" ? null : (values.header_media_url ?? null));
  if (header.format === "location") {
    const place = values.header_location;
    return (
      <Box icon={MapPin}>
        <span dir="auto">{place?.name || place?.address || t("inbox.kind.location")}</span>
      </Box>
    );
  }
  // Somebody else's address is not fetched by our page: only what we keep, and what was just picked, is shown.
  const ours = url?.startsWith("/") || url?.startsWith("blob:") ? url : null;
  if (header.format === "image" && ours) {
    return <img src={ours} alt="" className="aspect-[1.91] w-full object-cover" />;
  }
  if (header.format === "video" && ours) {
    return (
      <video src={ours} muted controls preload="metadata" className="aspect-video w-full bg-sunken">
        <track kind="captions" />
      </video>
    );
  }
  return (
    <Box icon={FORMATS[header.format]} low={header.format === "document"}>
      <span dir="auto" className="truncate">
        {media?.filename ?? lastPart(url) ?? t(`inbox.kind.${header.format}`)}
      </span>
    </Box>
  );
}

function Box({
  icon: Icon,
  low = false,
  children,
}: {
  icon: LucideIcon;
  low?: boolean;
  children: ReactNode;
}) {
  return (
    <div
      className={cx(
        "m-1 flex items-center justify-center gap-2 rounded-md bg-[color-mix(in_oklch,var(--text)_7%,transparent)] px-3 text-muted text-sm",
        low ? "h-14" : "h-28 flex-col gap-1",
      )}
    >
      <Icon aria-hidden="true" className={cx("shrink-0", low ? "size-5" : "size-7")} strokeWidth={1.6} />
      {children}
    </div>
  );
}

function Buttons({ buttons }: { buttons: TemplateButton[] }) {
  return (
    <ul className="border-line border-t">
      {buttons.map((button, at) => {
        const Icon = BUTTONS[button.type];
        const tells = button.type === "url" ? button.url : button.type === "phone" ? button.phone : undefined;
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: buttons have no identity but their place
            key={at}
            title={tells}
            className="flex min-h-9 items-center justify-center gap-2 border-line px-3 py-1.5 font-medium text-accent text-base not-first:border-t"
          >
            <Icon
              aria-hidden="true"
              className={cx("size-4 shrink-0", button.type === "quick_reply" && "rtl:-scale-x-100")}
            />
            <span dir="auto" className="min-w-0 break-words">
              {button.text}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** Text in which the braces that are left are marked. */
function Plain({ text }: { text: string }) {
  const left = placeholders(text);
  if (left.length === 0) return text;
  const parts: ReactNode[] = [];
  let rest = 0;
  for (const { name, start, end } of left) {
    parts.push(
      <Fragment key={start}>
        {text.slice(rest, start)}
        <mark className="rounded-sm bg-pending-soft px-1 text-pending">
          <bdi>{`{{${name}}}`}</bdi>
        </mark>
      </Fragment>,
    );
    rest = end;
  }
  return [...parts, text.slice(rest)];
}

function lastPart(url: string | null | undefined): string | null {
  return url?.split(/[?#]/)[0]?.split("/").pop() || null;
}
