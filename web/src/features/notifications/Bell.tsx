import { Bell as BellIcon } from "lucide-react";
import { Suspense, useRef, useState } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import { lazy } from "@/ui/lazy";
import { useUnreadNotifications } from "./queries";

const Panel = lazy(() => import("./Panel"));
const Herald = lazy(() => import("./Herald"));

/** How many notifications wait, and what they say at a press. */
export function Bell() {
  const { t } = useTranslation();
  const { count, label } = useUnreadNotifications();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        data-tip={t("notifications.title")}
        data-tip-side="aside"
        onClick={() => setOpen(!open)}
        className="relative flex size-10 items-center justify-center rounded-lg text-muted transition-colors duration-100 hover:bg-hover hover:text-text aria-expanded:bg-hover aria-expanded:text-text pointer-coarse:size-11"
      >
        <BellIcon aria-hidden="true" className="size-5" strokeWidth={1.9} />
        <span className="sr-only">{t("notifications.title")}</span>
        {count > 0 && (
          <span className="absolute -end-0.5 -top-0.5 flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 font-semibold text-[10px] text-on-accent tabular-nums ring-2 ring-canvas">
            {label}
            <span className="sr-only"> {t("notifications.unread")}</span>
          </span>
        )}
      </button>
      <Suspense fallback={null}>
        <Herald />
        {open && <Panel anchor={button} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}
