/** Which rows are chosen, to do something with all of them. */
import { useCallback, useMemo, useRef, useState } from "react";

export type Selection = {
  ids: ReadonlySet<string>;
  /** Whether rows show that they can be chosen, though none is yet. */
  active: boolean;
  toggle: (id: string, range: boolean) => void;
  all: () => void;
  start: () => void;
  clear: () => void;
};

const NONE: ReadonlySet<string> = new Set();

/** Of the rows that are listed: what leaves the list is no longer chosen. */
export function useSelection(rows: readonly { id: string }[]): Selection {
  const [chosen, setChosen] = useState(NONE);
  const [started, setStarted] = useState(false);
  const last = useRef<string | null>(null);
  const listed = useRef(rows);
  listed.current = rows;

  const ids = useMemo(() => {
    if (chosen.size === 0) return NONE;
    return new Set(rows.filter((row) => chosen.has(row.id)).map((row) => row.id));
  }, [chosen, rows]);

  const toggle = useCallback((id: string, range: boolean) => {
    const from = range ? last.current : null;
    last.current = id;
    setStarted(true);
    setChosen((before) => toggled(before, listed.current, id, from));
  }, []);
  const all = useCallback(() => setChosen(new Set(listed.current.map((row) => row.id))), []);
  const start = useCallback(() => setStarted(true), []);
  const clear = useCallback(() => {
    last.current = null;
    setStarted(false);
    setChosen(NONE);
  }, []);
  return useMemo(
    () => ({ ids, active: started || ids.size > 0, toggle, all, start, clear }),
    [ids, started, toggle, all, start, clear],
  );
}

/** With the row changed; with all from another row to this one chosen. */
export function toggled(
  before: ReadonlySet<string>,
  rows: readonly { id: string }[],
  id: string,
  from: string | null,
): ReadonlySet<string> {
  const after = new Set(before);
  const [start, end] = [rows.findIndex((row) => row.id === from), rows.findIndex((row) => row.id === id)];
  if (start >= 0 && end >= 0) {
    for (const row of rows.slice(Math.min(start, end), Math.max(start, end) + 1)) after.add(row.id);
  } else if (!after.delete(id)) {
    after.add(id);
  }
  return after;
}
