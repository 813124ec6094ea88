// @vitest-environment happy-dom

import { createElement, Suspense } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, expect, it, vi } from "vitest";
import { lazy, patiently, warm } from "./lazy";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("waits for the network where there is none, however long", async () => {
  const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const load = vi.fn().mockRejectedValueOnce(new TypeError("gone")).mockResolvedValue("part");
  const loading = patiently(load);
  await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
  online.mockReturnValue(true);
  dispatchEvent(new Event("online"));
  await expect(loading).resolves.toBe("part");
  expect(load).toHaveBeenCalledTimes(2);
});

it("tries again where there is one, and gives up when nothing comes of it", async () => {
  vi.useFakeTimers();
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  const once = vi.fn().mockRejectedValueOnce(new TypeError("cut")).mockResolvedValue("part");
  const loading = patiently(once);
  await vi.runAllTimersAsync();
  await expect(loading).resolves.toBe("part");

  const never = vi.fn().mockRejectedValue(new TypeError("no such file"));
  const failing = expect(patiently(never)).rejects.toThrow("no such file");
  await vi.runAllTimersAsync();
  await failing;
  expect(never).toHaveBeenCalledTimes(3);
});

it("shows what has been warmed at once, without anything in its place", async () => {
  const load = () => Promise.resolve({ default: () => "the part" });
  const Part = lazy(load);
  const page = () => renderToString(createElement(Suspense, { fallback: "wait" }, createElement(Part)));
  warm(load);
  await load();
  expect(page()).toContain("the part");
  expect(page()).not.toContain("wait");
});
