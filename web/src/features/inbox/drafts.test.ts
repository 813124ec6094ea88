// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from "vitest";
import { forgetDrafts, NO_DRAFT, readDraft, writeDraft } from "./drafts";

beforeEach(() => {
  localStorage.clear();
  forgetDrafts();
});

it("keeps a draft of each conversation over a reload", () => {
  writeDraft("me", "a", { text: "Half a sent", replyTo: "m1" });
  writeDraft("me", "b", { text: "Other", replyTo: null });
  forgetDrafts();
  expect(readDraft("me", "a")).toEqual({ text: "Half a sent", replyTo: "m1" });
  expect(readDraft("me", "b").text).toBe("Other");
  expect(readDraft("somebody", "a")).toBe(NO_DRAFT);
});

it("remembers what its writer had seen when they began", () => {
  const draft = { text: "Half", replyTo: null, after: "2026-11-22T10:00:00Z" };
  writeDraft("me", "a", draft);
  forgetDrafts();
  expect(readDraft("me", "a")).toEqual(draft);
  writeDraft("me", "a", { ...draft, text: "" });
  expect(readDraft("me", "a")).toBe(NO_DRAFT);
});

it("leaves nothing behind when it is emptied", () => {
  writeDraft("me", "a", { text: "x", replyTo: null });
  writeDraft("me", "a", { text: "", replyTo: null });
  expect(localStorage).toHaveLength(0);
  expect(readDraft("me", "a")).toBe(NO_DRAFT);
});

it.each(["{", "null", "3", '{"text":5}', '{"replyTo":"x"}'])("survives what it finds: %s", (text) => {
  localStorage.setItem("recado.draft.me.a", text);
  expect(readDraft("me", "a")).toEqual(NO_DRAFT);
});

it("lasts as long as the page when nothing can be stored", () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  writeDraft("me", "a", { text: "kept", replyTo: null });
  expect(readDraft("me", "a").text).toBe("kept");
});

it("is what another tab made of it", () => {
  writeDraft("me", "a", { text: "to be sent", replyTo: null });
  localStorage.removeItem("recado.draft.me.a");
  dispatchEvent(new StorageEvent("storage", { key: "recado.draft.me.a", newValue: null }));
  expect(readDraft("me", "a")).toBe(NO_DRAFT);
  localStorage.setItem("recado.draft.me.a", JSON.stringify({ text: "from there", replyTo: null }));
  dispatchEvent(new StorageEvent("storage", { key: "recado.draft.me.a" }));
  expect(readDraft("me", "a").text).toBe("from there");
});
