import { type ReactNode, useEffect, useState } from "react";
import { cx } from "./cx";

/** Shows its children only when they are still wanted after 300 ms: what is quick never flickers. */
export function Delayed({ children, ms = 300 }: { children: ReactNode; ms?: number }) {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return due ? children : null;
}

export function Bone({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx("block animate-pulse rounded-md bg-line", className)} />;
}
