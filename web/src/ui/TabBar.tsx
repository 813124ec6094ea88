import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { cx } from "./cx";

/** Tabs that choose what one panel shows. Arrow keys move, the panel is named by the chosen tab. */
export function TabBar<T extends string>({
  id,
  label,
  value,
  onChange,
  tabs,
  className,
  tabClassName,
}: {
  /** Of the panel; give the panel `role="tabpanel"`, this `id` and `aria-labelledby={tabId(id, value)}`. */
  id: string;
  label: string;
  value: T;
  onChange: (value: T) => void;
  tabs: { value: T; label: ReactNode }[];
  className?: string;
  tabClassName?: string;
}) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const rtl = document.documentElement.dir === "rtl";
    const by = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.value === value);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.value);
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(tabId(id, next.value))}`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={label} onKeyDown={move} className={className}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          id={tabId(id, tab.value)}
          type="button"
          role="tab"
          aria-selected={tab.value === value}
          aria-controls={id}
          tabIndex={tab.value === value ? 0 : -1}
          onClick={() => onChange(tab.value)}
          className={cx(
            "-mb-px flex h-9 select-none items-center gap-1.5 whitespace-nowrap border-b-2 px-2.5 text-base outline-offset-[-2px] pointer-coarse:h-11",
            tab.value === value
              ? "border-accent font-medium text-text"
              : "border-transparent text-muted hover:text-text",
            tabClassName,
          )}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}

export function tabId(panel: string, value: string): string {
  return `${panel}-${value}`;
}
