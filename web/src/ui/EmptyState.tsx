import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** What is not here, and what to do next. */
export function EmptyState({
  icon: Icon,
  heading: Heading = "p",
  title,
  children,
  action,
}: {
  icon: LucideIcon;
  /** `h1` where it is all there is on the page. */
  heading?: "h1" | "p";
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-2 px-6 py-12 text-center">
      <span className="mb-1 flex size-11 items-center justify-center rounded-xl bg-accent-soft text-accent">
        <Icon aria-hidden="true" className="size-5" />
      </span>
      <Heading className="font-semibold text-lg">{title}</Heading>
      {children && <p className="text-base text-muted">{children}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}
