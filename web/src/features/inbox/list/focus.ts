/** Where the focus stands in the list of conversations, and where it goes from there. */

/** What takes a row out of the list does so at once. */
const STAYS_MS = 1_000;

/** The conversation whose row has the focus. */
export function focusedRow(): string | undefined {
  return document.activeElement?.closest<HTMLElement>("[data-conversation]")?.dataset.conversation;
}

/** Whether there is such a row. */
export function focusRow(id: string | undefined): boolean {
  const row = id && document.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(id)}"]`);
  if (!row) return false;
  row.focus({ preventScroll: true });
  return true;
}

/** Moves the focus through the rows; from nowhere it begins at the open conversation, or at the top. */
export function step(by: 1 | -1, selected: string | undefined): void {
  const rows = all();
  const focused = focusedRow() ?? selected;
  const from = rows.findIndex((row) => row.dataset.conversation === focused);
  const next = rows[from < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, from + by))];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

/** Does what may take the focused row out of the list; then the focus goes to the row that took its place. */
export function keepingPlace(work: () => void): void {
  const rows = all();
  const at = rows.findIndex((row) => row.dataset.conversation === focusedRow());
  const row = rows[at];
  const list = row?.closest("ul");
  work();
  if (!row || !list) return;
  const near = (rows[at + 1] ?? rows[at - 1])?.dataset.conversation;
  const watch = new MutationObserver(() => {
    if (row.isConnected) return;
    watch.disconnect();
    if (document.activeElement === document.body) focusRow(near);
  });
  watch.observe(list, { childList: true });
  // It stays: the list shows it all the same.
  setTimeout(() => watch.disconnect(), STAYS_MS);
}

/** In the order in which they are seen: rows are drawn anew in any. */
function all(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-conversation]")].sort(
    (a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top,
  );
}
