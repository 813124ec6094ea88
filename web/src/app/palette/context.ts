/** Opening the palette from anywhere inside of the shell. */
import { createContext, useContext } from "react";

/** A list of its own behind one of the commands. */
export type Level = "assign" | "snooze" | "settings" | "theme" | "language" | "availability";

export type Asked = {
  /** The list to begin with; everything if left out. */
  level?: Level;
  /** The conversation it is about; the one that is focused or open if left out. */
  conversation?: string | undefined;
};

export const PaletteContext = createContext<(asked: Asked) => void>(() => {});

export function useOpenPalette(): (asked: Asked) => void {
  return useContext(PaletteContext);
}
