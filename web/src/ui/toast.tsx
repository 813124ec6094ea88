/** Passing news that nobody has to act on, and errors of actions whose place on screen is already gone. */
import { X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { cx } from "./cx";

type Toast = { id: number; title: string; description: string | undefined; error: boolean };

const STAYS_MS = { news: 5_000, error: 10_000 };
const MOST = 4;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function notify(title: string, description?: string): void {
  show({ title, description, error: false });
}

export function notifyError(title: string, description?: string): void {
  show({ title, description, error: true });
}

export function ToastArea({ dismissLabel }: { dismissLabel: string }) {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className="pointer-events-none fixed end-4 bottom-4 z-50 flex w-[min(360px,calc(100vw-32px))] flex-col gap-2">
      {/* The regions stand before there is news: only what changes inside of them is read out. */}
      {[false, true].map((error) => (
        <div key={String(error)} role={error ? "alert" : "status"} className="contents">
          {shown
            .filter((toast) => toast.error === error)
            .map((toast) => (
              <Card key={toast.id} toast={toast} dismissLabel={dismissLabel} />
            ))}
        </div>
      ))}
    </div>
  );
}

function Card({ toast, dismissLabel }: { toast: Toast; dismissLabel: string }) {
  const { id, error } = toast;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    // Who points at it is reading it.
    if (held) return;
    const timer = setTimeout(() => dismiss(id), error ? STAYS_MS.error : STAYS_MS.news);
    return () => clearTimeout(timer);
  }, [id, error, held]);
  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      className={cx(
        "pointer-events-auto flex animate-appear items-start gap-3 rounded-lg border border-line border-s-4 bg-raised p-3 shadow-pop",
        error ? "border-s-danger" : "border-s-accent",
      )}
    >
      <div className="min-w-0 flex-1">
        <p className="font-medium text-base">{toast.title}</p>
        {toast.description && <p className="text-muted text-sm">{toast.description}</p>}
      </div>
      <button
        type="button"
        aria-label={dismissLabel}
        onClick={() => dismiss(id)}
        className="inline-flex shrink-0 items-center justify-center rounded-md p-1 text-muted hover:bg-hover hover:text-text pointer-coarse:-m-2.5 pointer-coarse:size-11"
      >
        <X aria-hidden="true" className="size-4" />
      </button>
    </div>
  );
}

function show(toast: Omit<Toast, "id">): void {
  lastId += 1;
  set([...toasts, { ...toast, id: lastId }].slice(-MOST));
}

function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
