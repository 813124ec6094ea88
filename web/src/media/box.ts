/** The room a picture takes in a thread, known before a byte of it is there. Pure. */
export type Box = { width: number; height: number };

const MOST: Box = { width: 320, height: 360 };
const LEAST: Box = { width: 140, height: 100 };
const UNKNOWN: Box = { width: 240, height: 180 };

export function boxOf(width: number | null, height: number | null, most: Box = MOST): Box {
  if (!width || !height || width < 1 || height < 1) return UNKNOWN;
  const scale = Math.min(1, most.width / width, most.height / height);
  return {
    // What is very long or very wide is cut at the edges rather than shown as a line.
    width: clamp(Math.round(width * scale), Math.min(LEAST.width, most.width), most.width),
    height: clamp(Math.round(height * scale), Math.min(LEAST.height, most.height), most.height),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
