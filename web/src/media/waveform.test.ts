import { describe, expect, it } from "vitest";
import { barsOf } from "./waveform";

const tone = (length: number, loud: (at: number) => number) =>
  Float32Array.from({ length }, (_, at) => Math.sin(at * 0.7) * loud(at / length));

describe("the bars of a sound", () => {
  it("follow its loudness, the loudest being 1", () => {
    const bars = barsOf(
      tone(48_000, (at) => (at < 0.5 ? 0.1 : 0.4)),
      4,
    );
    expect(bars).toHaveLength(4);
    expect(Math.max(...bars)).toBe(1);
    expect(bars[0]).toBeCloseTo(0.25, 1);
  });

  it("are as many as asked for, however short it is", () => {
    expect(barsOf(new Float32Array([0.5, -0.5, 0.2]), 48)).toHaveLength(48);
    expect(barsOf(new Float32Array(0), 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("are flat for silence and do not blow up noise", () => {
    expect(barsOf(new Float32Array(4_800), 3)).toEqual([0, 0, 0]);
    expect(barsOf(new Float32Array(4_800).fill(0.0001), 3)).toEqual([0, 0, 0]);
  });
});
