import { describe, expect, it } from "vitest";
import { fill, find } from "./fill";

describe("the text of a canned reply", () => {
  const values = { contactName: "Ana Lima", memberName: "Marina" };

  it("names both", () => {
    expect(fill("Hi {{contact.name}}, this is {{ member.name }}.", values)).toBe(
      "Hi Ana Lima, this is Marina.",
    );
  });

  it("leaves out what nobody knows, and keeps what is no blank of ours", () => {
    const unknown = { ...values, contactName: null };
    expect(fill("Hi {{contact.name}}, welcome", unknown)).toBe("Hi, welcome");
    expect(fill("{{contact.name}}", unknown)).toBe("");
    expect(fill("Use {{coupon}} now\n{{member.name}}", unknown)).toBe("Use {{coupon}} now\nMarina");
  });

  it("does not read what it has filled in", () => {
    expect(fill("{{contact.name}}", { ...values, contactName: "{{member.name}} $1 $&" })).toBe(
      "{{member.name}} $1 $&",
    );
  });
});

describe("canned replies", () => {
  const replies = [
    { shortcut: "afterhours", text: "We are closed" },
    { shortcut: "horário", text: "9 to 18" },
    { shortcut: "hours", text: "9 to 18" },
    { shortcut: "thanks", text: "Thank you! See our hours" },
  ];
  const names = (typed: string) => find(replies, typed).map(({ shortcut }) => shortcut);

  it("are found by shortcut before text, whatever the accents", () => {
    expect(names("HOURS")).toEqual(["hours", "afterhours", "thanks"]);
    expect(names("hor")).toEqual(["horário"]);
    expect(names("closed")).toEqual(["afterhours"]);
    expect(names("")).toHaveLength(4);
    expect(names("nothing")).toEqual([]);
  });
});
