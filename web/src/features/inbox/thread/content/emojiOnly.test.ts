import { expect, it } from "vitest";
import { isEmojiOnly } from "./emojiOnly";

it.each([
  ["👍", true],
  ["❤️ 🎉", true],
  ["👩‍👩‍👧‍👦🇧🇷1️⃣", true],
  ["👍👍👍👍", false],
  ["ok 👍", false],
  ["123", false],
  ["", false],
  ["#", false],
  ["©", true],
])("%s", (text, only) => {
  expect(isEmojiOnly(text)).toBe(only);
});
