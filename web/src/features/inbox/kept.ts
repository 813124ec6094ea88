/**
 * Which conversations stay in the page after one has gone on to another: to go back to one of them is only to show it
 * again, with its place, as it was left.
 */
import { startTransition, useCallback, useEffect, useRef, useState } from "react";
import { somethingOnTop } from "@/ui/shortcuts";
import { afterPaint } from "@/ui/useAfterPaint";

/** More than people go back and forth between, and some megabytes each. */
export const MOST = 10;

export type Kept = {
  id: string;
  /** Counts what was opened: the highest was last. */
  visit: number;
};

type State = { kept: readonly Kept[]; shown: string | undefined };

const NONE: readonly Kept[] = [];

/**
 * With this one opened; the one that was opened longest ago is forgotten where there are too many. The others stay in
 * their order: what is moved in the page loses its place.
 */
export function opened(kept: readonly Kept[], id: string, most = MOST): readonly Kept[] {
  const visit = kept.reduce((last, each) => Math.max(last, each.visit), 0) + 1;
  const known = kept.some((each) => each.id === id);
  const next = known ? kept.map((each) => (each.id === id ? { id, visit } : each)) : [...kept, { id, visit }];
  if (next.length <= most) return next;
  const oldest = next.reduce((first, each) => (each.visit < first.visit ? each : first));
  return next.filter((each) => each !== oldest);
}

/**
 * The conversation that is open, and those that were before it. `ready` has one stand by that has not been opened, as
 * long as none has.
 */
export function useKept(selected: string | undefined): {
  kept: readonly Kept[];
  ready: (id: string) => void;
} {
  // One state, as what is set while drawing is lost where an update that waits is applied before it: it shows here that
  // something is missing, and is set again.
  const [{ kept, shown }, set] = useState<State>({ kept: NONE, shown: undefined });
  if (shown !== selected) set({ kept: selected ? opened(kept, selected) : kept, shown: selected });

  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    const left = before.current;
    before.current = selected;
    if (!left || left === selected) return;
    const isKept = ({ id }: Kept) => id !== left || id === before.current;
    afterPaint(() => {
      // What was open over it would come back with it, and be in the way of the keys meanwhile: it begins anew.
      // Not where one has come back to before that.
      if (somethingOnTop()) set(({ kept, ...rest }) => ({ kept: kept.filter(isKept), ...rest }));
    });
  }, [selected]);

  const ready = useCallback((id: string) => {
    const only = [{ id, visit: 0 }];
    startTransition(() => set(({ kept, ...rest }) => ({ kept: kept.length > 0 ? kept : only, ...rest })));
  }, []);
  return { kept, ready };
}
