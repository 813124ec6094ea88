import { afterEach, describe, expect, it } from "vitest";
import { attach, detach, trayOf, waiting } from "./attachments";

const file = (name: string) => new File(["x"], name, { type: "text/plain" });
const [mine, theirs] = [trayOf("marina", "c1"), trayOf("tomas", "c1")];
const names = (tray: string) => waiting(tray).map((each) => each.file.name);

afterEach(() => {
  for (const tray of [mine, theirs])
    detach(
      tray,
      waiting(tray).map(({ id }) => id),
    );
});

describe("the tray", () => {
  it("is one's own: whoever signs in next in the same tab does not find what is in it", () => {
    attach(mine, [file("contract.txt")]);
    expect(names(mine)).toEqual(["contract.txt"]);
    expect(names(theirs)).toEqual([]);
  });

  it("is another one in each conversation", () => {
    attach(mine, [file("a.txt"), file("b.txt")]);
    expect(names(trayOf("marina", "c2"))).toEqual([]);
    detach(mine, [waiting(mine)[0]?.id ?? 0]);
    expect(names(mine)).toEqual(["b.txt"]);
  });
});
