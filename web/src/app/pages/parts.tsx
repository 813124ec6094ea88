/** Pieces that pages of settings, numbers and templates are made of. */
import { Check, Copy } from "lucide-react";
import { type ReactNode, useId, useRef, useState } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Notice } from "@/ui/Notice";
import { Bone, Delayed } from "@/ui/Skeleton";
import { INPUT } from "@/ui/TextField";

/** A link that is what to do next, looking like the button it stands for. */
export const PRIMARY_LINK =
  "inline-flex h-9 shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded-md bg-accent px-3.5 font-medium text-base text-on-accent transition-colors duration-100 hover:bg-accent-strong pointer-coarse:min-h-11";

/** A page that scrolls as a whole, beside the rail. */
export function PageFrame({ wide, children }: { wide?: boolean; children: ReactNode }) {
  return (
    <div className="thin-scroll relative h-full overflow-y-auto bg-canvas">
      <div className={cx("mx-auto w-full px-4 py-6 md:px-8 md:py-8", wide ? "max-w-5xl" : "max-w-3xl")}>
        {children}
      </div>
    </div>
  );
}

export function PageHeader({ title, lead, action }: { title: string; lead?: string; action?: ReactNode }) {
  return (
    <header className="mb-5 flex flex-wrap items-start justify-between gap-3">
      <div className="min-w-0 flex-1 basis-64">
        <h1 className="font-semibold text-xl">{title}</h1>
        {lead && <p className="mt-1 max-w-prose text-base text-muted">{lead}</p>}
      </div>
      {action}
    </header>
  );
}

export function Card({ title, lead, children }: { title?: string; lead?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={title ? id : undefined} className="mb-6">
      {title && (
        <h2 id={id} className="mb-1 font-semibold text-lg">
          {title}
        </h2>
      )}
      {lead && <p className="mb-3 max-w-prose text-base text-muted">{lead}</p>}
      <div className="overflow-hidden rounded-xl border border-line bg-surface">{children}</div>
    </section>
  );
}

export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="divide-y divide-line">
      {children}
    </ul>
  );
}

export function RowItem({
  icon,
  title,
  detail,
  short,
  children,
}: {
  icon?: ReactNode;
  title: ReactNode;
  detail?: ReactNode;
  /** There is little to read: what can be done stays beside it on a phone too. */
  short?: boolean;
  children?: ReactNode;
}) {
  return (
    <li className="flex min-h-16 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      {icon}
      <div className={cx("min-w-0 flex-1", short ? "basis-24" : "basis-48")}>
        <p className="flex flex-wrap items-center gap-x-2 font-medium text-base">{title}</p>
        {detail && <p className="break-words text-muted text-sm">{detail}</p>}
      </div>
      {children}
    </li>
  );
}

export function Badge({
  tone = "plain",
  children,
}: {
  tone?: "plain" | "accent" | "good" | "warning" | "danger";
  children: ReactNode;
}) {
  return (
    <span
      className={cx(
        "inline-flex items-center rounded-sm px-1.5 py-0.5 font-normal text-xs",
        tone === "plain" && "bg-sunken text-muted",
        tone === "accent" && "bg-accent-soft text-accent",
        tone === "good" && "bg-sunken text-open",
        tone === "warning" && "bg-pending-soft text-pending",
        tone === "danger" && "bg-danger-soft text-danger",
      )}
    >
      {children}
    </span>
  );
}

/** Something to be taken away. */
export function Secret({
  label,
  value,
  hint,
  variant = "primary",
}: {
  label: string;
  value: string;
  hint?: string;
  variant?: "primary" | "secondary";
}) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      // Clipboard access is closed on plain http: what is selected can be copied by hand.
    }
  };
  return (
    <div className="flex flex-col gap-2">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          dir="ltr"
          onFocus={(event) => event.target.select()}
          className={cx(INPUT, "h-10 font-mono text-sm pointer-coarse:h-11")}
        />
        <Button
          variant={variant}
          size="lg"
          aria-label={variant === "secondary" && !copied ? t("common.copyNamed", { what: label }) : undefined}
          onClick={() => void copy()}
        >
          {copied ? (
            <Check aria-hidden="true" className="size-4" />
          ) : (
            <Copy aria-hidden="true" className="size-4" />
          )}
          {copied ? t("common.copied") : t("common.copy")}
        </Button>
      </div>
      {hint && <p className="text-muted text-sm">{hint}</p>}
      <span role="status" className="sr-only">
        {copied && t("common.copied")}
      </span>
    </div>
  );
}

/** A list that is loading, failed or empty. */
export function Pending({
  query,
  empty,
}: {
  query: { isPending: boolean; error: Error | null; refetch: () => unknown };
  empty?: ReactNode;
}) {
  const { t } = useTranslation();
  if (query.isPending) {
    return (
      <Delayed>
        <div role="status" aria-label={t("common.loading")} className="flex flex-col gap-3 p-4">
          <Bone className="h-9" />
          <Bone className="h-9" />
        </div>
      </Delayed>
    );
  }
  if (query.error) {
    return (
      <div className="p-4">
        <Notice
          tone="danger"
          role="alert"
          action={
            <Button size="sm" onClick={() => void query.refetch()}>
              {t("common.retry")}
            </Button>
          }
        >
          {query.error.message}
        </Notice>
      </div>
    );
  }
  return <p className="px-4 py-6 text-center text-base text-muted">{empty}</p>;
}

/** The next page of a list. */
export function More({ busy, onClick }: { busy: boolean; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex justify-center border-line border-t p-2">
      <Button size="sm" variant="quiet" busy={busy} onClick={onClick}>
        {t("common.more")}
      </Button>
    </div>
  );
}
