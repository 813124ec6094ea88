/** The running connection for components. */
import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import type { Live } from "./live";
import type { LiveState } from "./socket";

const Context = createContext<Live | null>(null);

export function LiveProvider({ live, children }: { live: Live; children: ReactNode }) {
  return <Context value={live}>{children}</Context>;
}

export function useLive(): Live {
  const live = useContext(Context);
  if (!live) throw new Error("useLive outside of a signed-in page");
  return live;
}

export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.current);
}
