import { expect, it } from "vitest";
import { at, message } from "@/testing/factories";
import { addNewer, addOlder, mergeMessages, NO_MESSAGES } from "./messages";
import { stamp, UNSTAMPED, wished } from "./stamped";

const told = (...rows: ReturnType<typeof stamp<ReturnType<typeof message>>>[]) =>
  new Map(rows.map((row) => [row.id, row]));
const texts = (list: { rows: { content_text: string | null }[] }) => list.rows.map((row) => row.content_text);

it("keeps messages in the order of time, whatever order they come in", () => {
  const [a, b, c] = [1, 2, 3].map((minute) =>
    message({ content_text: String(minute), created_at: at(minute) }),
  );
  if (!a || !b || !c) throw new Error("no rows");
  let list = addOlder(NO_MESSAGES, [c], "older", 3);
  list = addOlder(list, [b, a], null, 3);
  expect(texts(list)).toEqual(["1", "2", "3"]);
  const late = message({
    content_text: "2.5",
    created_at: new Date(Date.parse(at(2)) + 30_000).toISOString(),
  });
  expect(texts(mergeMessages(list, told(stamp(late, 9))))).toEqual(["1", "2", "2.5", "3"]);
});

it("never takes a status back", () => {
  const sent = message({ direction: "outbound", status: "queued" });
  let list = addOlder(NO_MESSAGES, [sent], null, 1);
  list = mergeMessages(list, told(stamp({ ...sent, status: "delivered" }, 5)));
  const before = list;
  // The event of the step before, late; the answer to the request, later still; a page read earlier.
  list = mergeMessages(list, told(stamp({ ...sent, status: "sent" }, 4)));
  list = mergeMessages(list, told(stamp(sent, UNSTAMPED)));
  expect(list).toBe(before);
  expect(addOlder(list, [sent], null, 3).rows[0]?.status).toBe("delivered");
});

it("leaves what is older than the first row to its page", () => {
  const list = addOlder(NO_MESSAGES, [message({ created_at: at(10) })], "older", 1);
  const old = told(stamp(message({ created_at: at(5) }), 2));
  expect(mergeMessages(list, old)).toBe(list);
  expect(mergeMessages({ ...list, older: null }, old).rows).toHaveLength(2);
});

it("leaves what is newer than the last row to its page, while there are pages between", () => {
  const middle = addOlder({ ...NO_MESSAGES, newer: "newer" }, [message({ created_at: at(5) })], "older", 1);
  const late = message({ content_text: "late", created_at: at(10) });
  expect(mergeMessages(middle, told(stamp(late, 2)))).toBe(middle);
  const whole = addNewer(middle, [late], null, 2);
  expect(whole.rows).toHaveLength(2);
  expect([whole.older, whole.newer]).toEqual(["older", null]);
  const latest = message({ created_at: at(11) });
  expect(mergeMessages(whole, told(stamp(latest, 3))).rows).toHaveLength(3);
});

it("puts a wish between what is known and what comes next", () => {
  const first = wished(7);
  const second = wished(first);
  expect(first).toBeGreaterThan(7);
  expect(second).toBeGreaterThan(first);
  expect(second).toBeLessThan(8);
});
