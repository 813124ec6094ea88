import { useCallback, useSyncExternalStore } from "react";

export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Below this one pane is shown at a time. */
export const useIsNarrow = () => useMediaQuery("(width < 768px)");
/** Below this the contact sidebar lies over the thread instead of beside it. */
export const useIsTight = () => useMediaQuery("(width < 1120px)");
