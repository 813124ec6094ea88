import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";

/** Passing news that nobody has to act on, and errors of actions whose place on screen is already gone. */
export const toasts = Toast.createToastManager();

export function notify(title: string, description?: string): void {
  toasts.add({ title, ...(description ? { description } : {}), timeout: 6000 });
}

export function notifyError(title: string, description?: string): void {
  toasts.add({
    title,
    ...(description ? { description } : {}),
    type: "error",
    priority: "high",
    timeout: 10000,
  });
}

export function ToastArea({ dismissLabel }: { dismissLabel: string }) {
  return (
    <Toast.Provider toastManager={toasts}>
      <Toast.Portal>
        <Toast.Viewport className="fixed end-4 bottom-4 z-50 flex w-[min(360px,calc(100vw-32px))] flex-col gap-2 outline-none">
          <List dismissLabel={dismissLabel} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List({ dismissLabel }: { dismissLabel: string }) {
  const { toasts: shown } = Toast.useToastManager();
  return shown.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className="flex animate-appear items-start gap-3 rounded-lg border border-line border-s-4 border-s-accent bg-raised p-3 shadow-pop data-[type=error]:border-s-danger"
    >
      <Toast.Content className="min-w-0 flex-1">
        <Toast.Title className="font-medium text-base" />
        <Toast.Description className="text-muted text-sm" />
      </Toast.Content>
      <Toast.Close
        aria-label={dismissLabel}
        className="rounded-md p-1 text-muted hover:bg-hover hover:text-text"
      >
        <X aria-hidden="true" className="size-4" />
      </Toast.Close>
    </Toast.Root>
  ));
}
