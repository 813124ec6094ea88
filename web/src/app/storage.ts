/** localStorage that may be closed to us, full, or hold what an older version wrote. */
export const storage = {
  get(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key: string, value: string | null): boolean {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  },
  /** All entries whose key begins with `prefix`, without the prefix. */
  entries(prefix: string): [string, string][] {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(prefix))
        .flatMap((key) => {
          const value = localStorage.getItem(key);
          return value === null ? [] : [[key.slice(prefix.length), value] as [string, string]];
        });
    } catch {
      return [];
    }
  },
};
