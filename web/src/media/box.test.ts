import { expect, it } from "vitest";
import { boxOf } from "./box";

it.each([
  [1280, 960, { width: 320, height: 240 }],
  [900, 1200, { width: 270, height: 360 }],
  [200, 150, { width: 200, height: 150 }],
  [20, 20, { width: 140, height: 100 }],
  [100, 4000, { width: 140, height: 360 }],
  [4000, 100, { width: 320, height: 100 }],
  [null, null, { width: 240, height: 180 }],
  [0, 300, { width: 240, height: 180 }],
])("%s × %s", (width, height, box) => {
  expect(boxOf(width, height)).toEqual(box);
});
