import { createContext, useContext } from "react";

export type OpenOne = {
  /** The conversation that is open beside the list, and the message in it that was asked for. */
  id: string | undefined;
  target: string | undefined;
  open: (id: string) => void;
  /** One that is likely to be opened next. */
  near: (id: string) => void;
  /** The one that is opened first, most likely. */
  ready: (id: string) => void;
};

const Context = createContext<OpenOne>({
  id: undefined,
  target: undefined,
  open: () => {},
  near: () => {},
  ready: () => {},
});

export const OpenOneProvider = Context.Provider;

/** For what shows which one it is: the rest of the list is not drawn anew when another is opened. */
export function useOpenOne(): OpenOne {
  return useContext(Context);
}
