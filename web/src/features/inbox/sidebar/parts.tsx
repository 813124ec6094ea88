/** What the sidebar is made of. */
import { LockKeyhole } from "lucide-react";
import type { ReactNode } from "react";

export function Section({
  title,
  action,
  children,
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="border-line border-t px-4 py-4">
      <div className="mb-2 flex min-h-5 items-center justify-between gap-2">
        <h3 className="font-medium text-faint text-xs">{title}</h3>
        {action}
      </div>
      <div className="flex flex-col gap-1.5">{children}</div>
    </section>
  );
}

export function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex gap-3 text-sm">
      <span className="w-24 shrink-0 text-muted">{label}</span>
      <span className="min-w-0 flex-1 break-words">{children}</span>
    </div>
  );
}

/** Why nothing can be changed here by somebody in this role. */
export function Refusal({ children }: { children: string }) {
  return (
    <p className="flex gap-2 text-muted text-sm">
      <LockKeyhole aria-hidden="true" className="mt-0.5 size-3.5 shrink-0 text-faint" />
      {children}
    </p>
  );
}
