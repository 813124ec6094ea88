/** A page beside the phones: a title, the way back where the list is hidden, and what it shows. */
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { IconButton } from "@/ui/Button";
import { t } from "./texts";

export function Page({
  title,
  about,
  onBack,
  children,
}: {
  title: string;
  about: string;
  onBack: () => void;
  children: ReactNode;
}) {
  return (
    <section aria-label={title} className="thin-scroll relative h-full overflow-y-auto">
      <div className="mx-auto max-w-2xl px-4 pt-4 pb-10 md:px-6 md:pt-8">
        <header className="mb-5 flex items-start gap-2">
          <IconButton label={t.back} onClick={onBack} className="-ms-2 md:hidden">
            <ArrowLeft aria-hidden="true" className="size-5 rtl:-scale-x-100" />
          </IconButton>
          <div>
            <h2 className="font-semibold text-lg">{title}</h2>
            <p className="mt-1 text-muted">{about}</p>
          </div>
        </header>
        {children}
      </div>
    </section>
  );
}

/** What `get` answers, asked again whenever `changes` counts on. `null` until the first answer. */
export function useFetched<T>(get: () => Promise<T>, changes: number): T | null {
  const [value, setValue] = useState<T | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count is the reason to ask again
  useEffect(() => {
    let dropped = false;
    get().then(
      (value) => dropped || setValue(value),
      // The page says itself that the sandbox does not answer.
      () => {},
    );
    return () => {
      dropped = true;
    };
  }, [get, changes]);
  return value;
}
