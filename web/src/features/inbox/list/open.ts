import { createContext, useContext } from "react";

/** The conversation that is open beside the list, and the message in it that was asked for. */
export type OpenOne = { id: string | undefined; target: string | undefined; open: (id: string) => void };

const Context = createContext<OpenOne>({ id: undefined, target: undefined, open: () => {} });

export const OpenOneProvider = Context.Provider;

/** For what shows which one it is: the rest of the list is not drawn anew when another is opened. */
export function useOpenOne(): OpenOne {
  return useContext(Context);
}
