/**
 * Files on their way, by the key of their message. In memory, so that they are on screen at once and stay the same
 * picture when the server has them; and in IndexedDB until the server has them, so that a reload loses none.
 */
const DATABASE = "recado-outbox";
const STORE = "files";
/** So many stay in memory after they were accepted. */
const MOST_KEPT = 40;

export type LocalFile = { blob: Blob; url: string };

const files = new Map<string, LocalFile>();
const listeners = new Set<() => void>();

export function localFile(key: string): LocalFile | undefined {
  return files.get(key);
}

export function onFiles(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Resolves once the browser has it too; it is there for us at once. */
export function keepFile(key: string, blob: Blob): Promise<boolean> {
  put(key, blob);
  return store("readwrite", (files) => files.put(blob, key)).then(
    () => true,
    () => false,
  );
}

/** From memory, or from before the reload. */
export async function readFile(key: string): Promise<Blob | null> {
  const known = files.get(key);
  if (known) return known.blob;
  try {
    const blob: unknown = await store("readonly", (files) => files.get(key));
    if (!(blob instanceof Blob)) return null;
    put(key, blob);
    return blob;
  } catch {
    return null;
  }
}

/** The server has it: it need not outlive this page. */
export function releaseFile(key: string): void {
  void store("readwrite", (files) => files.delete(key)).catch(() => {});
}

/** Nobody wants it any more. */
export function dropFile(key: string): void {
  releaseFile(key);
  const known = files.get(key);
  if (!known) return;
  files.delete(key);
  URL.revokeObjectURL(known.url);
}

function put(key: string, blob: Blob): void {
  files.set(key, { blob, url: URL.createObjectURL(blob) });
  const oldest = files.keys().next().value;
  if (files.size > MOST_KEPT && oldest !== undefined) {
    URL.revokeObjectURL(files.get(oldest)?.url ?? "");
    files.delete(oldest);
  }
  for (const listener of listeners) listener();
}

let opening: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("IndexedDB is blocked"));
  });
  return opening;
}

async function store<T>(
  mode: IDBTransactionMode,
  work: (files: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
