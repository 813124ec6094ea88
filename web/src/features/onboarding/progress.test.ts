import { expect, it } from "vitest";
import type { Channel } from "@/api/types";
import { conversation } from "@/testing/factories";
import { nextStep, type Progress } from "./progress";

it("goes from a number to a message to an answer", () => {
  const empty: Progress = { channel: undefined, conversation: undefined, answered: false, hasTeam: false };
  expect(nextStep(empty)).toBe("connect");
  const connected = { ...empty, channel: { id: "number" } as Channel };
  expect(nextStep(connected)).toBe("receive");
  const written = { ...connected, conversation: conversation() };
  expect(nextStep(written)).toBe("answer");
  expect(nextStep({ ...written, answered: true })).toBeNull();
  // A number that was deleted since takes nothing back.
  expect(nextStep({ ...written, channel: undefined })).toBe("answer");
});
