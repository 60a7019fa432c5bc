import { createFakeNumbers } from "../../support/fake-records";
import type { ReservationRow } from "../../../src/domain/run/numbers";
import { accepted, managedImageExample } from "../../support/request-factory";

const { image } = accepted(managedImageExample());
const row = (requestId: string, version: string): ReservationRow => ({
  requestId,
  fingerprint: "f",
  publicationId: "p",
  version,
  state: "reserved",
  touchedAt: "2026-11-24T12:00:00.000Z",
});
type Fake = ReturnType<typeof createFakeNumbers>;
const stateOf = async (numbers: Fake, requestId: string) =>
  (await numbers.of(image, requestId))?.value.state;

test("a number is one request's: the other is refused, and keeps none of its rows", async () => {
  const numbers = createFakeNumbers();
  expect(await numbers.reserve(image, row("a", "1.0.0"), undefined)).toBe(true);
  expect(await numbers.reserve(image, row("b", "1.0.0"), undefined)).toBe(false);
  expect(await numbers.of(image, "b")).toBeUndefined();
  // Neither does a second delivery give its request another.
  expect(await numbers.reserve(image, row("a", "1.0.1"), undefined)).toBe(false);
  expect(await numbers.highest(image, [])).toEqual([1, 0, 0]);
});

test("numbers of other definitions, and other lines, don't count", async () => {
  const numbers = createFakeNumbers();
  for (const version of ["1.2.9", "1.10.3", "1.9.0", "12.0.0"])
    await numbers.reserve(image, row(version, version), undefined);
  expect(await numbers.highest(image, [])).toEqual([12, 0, 0]);
  expect(await numbers.highest(image, [1])).toEqual([1, 10, 3]);
  expect(await numbers.highest(image, [1, 2])).toEqual([1, 2, 9]);
  expect(await numbers.highest(image, [2])).toBeUndefined();
  expect(await numbers.highest({ ...image, definition: "Other" }, [])).toBeUndefined();
  expect(await numbers.highest({ ...image, definition: "MYIMAGE" }, [2])).toBeUndefined();
  expect(await numbers.highest({ ...image, definition: "MYIMAGE" }, [])).toEqual([12, 0, 0]);
});

test("a number that is given in place of another frees that, unless somebody was faster", async () => {
  const numbers = createFakeNumbers();
  await numbers.reserve(image, row("a", "1.0.0"), undefined);
  const before = await numbers.of(image, "a");
  expect(await numbers.reserve(image, row("a", "1.0.1"), before)).toBe(true);
  expect(await numbers.reserve(image, row("a", "1.0.2"), before)).toBe(false);
  expect((await numbers.of(image, "a"))?.value.version).toBe("1.0.1");
  expect(await numbers.reserve(image, row("b", "1.0.0"), undefined)).toBe(true);
});

test("a released number is free, is released once, and isn't started any more", async () => {
  const numbers = createFakeNumbers();
  await numbers.reserve(image, row("a", "1.0.0"), undefined);
  await numbers.release(image, "a");
  expect(await numbers.reserve(image, row("b", "1.0.0"), undefined)).toBe(true);
  await numbers.release(image, "a");
  await numbers.started(image, "a");
  expect(await stateOf(numbers, "a")).toBe("released");
  expect(await numbers.highest(image, [])).toEqual([1, 0, 0]);
  expect(await numbers.takeAgain(image, "a")).toBe(false);
  await numbers.release(image, "b");
  expect(await numbers.takeAgain(image, "a")).toBe(true);
  expect(await stateOf(numbers, "a")).toBe("started");
  expect(await numbers.reserve(image, row("c", "1.0.0"), undefined)).toBe(false);
});

test("a change that somebody else overtook is made on what is there then", async () => {
  const numbers = createFakeNumbers();
  await numbers.reserve(image, row("a", "1.0.0"), undefined);
  const { table } = numbers;
  const own = { ...table };
  table.changeTogether = async (...change) => {
    Object.assign(table, own);
    await numbers.started(image, "a");
    return own.changeTogether(...change);
  };
  await numbers.release(image, "a");
  expect(await stateOf(numbers, "a")).toBe("released");
  expect(await numbers.highest(image, [])).toBeUndefined();
});

test("a request without a number can be released, started and taken again without harm", async () => {
  const numbers = createFakeNumbers();
  await numbers.release(image, "nobody");
  await numbers.started(image, "nobody");
  expect(await numbers.takeAgain(image, "nobody")).toBe(true);
  expect(await numbers.of(image, "nobody")).toBeUndefined();
});

test("what was touched since it was looked at isn't forgotten", async () => {
  const numbers = createFakeNumbers();
  await numbers.reserve(image, row("a", "1.0.0"), undefined);
  const found = [];
  for await (const one of numbers.reserved()) found.push(one);
  expect(found.map((one) => one.row.requestId)).toEqual(["a"]);
  const [first] = found;
  const before = await numbers.of(image, "a");
  if (first === undefined || before === undefined) throw new Error("nothing is reserved");
  expect(await numbers.touch(image, before, "2026-11-24T13:00:00.000Z")).toBe(true);
  expect(await numbers.touch(image, before, "2026-11-24T13:00:00.000Z")).toBe(false);
  expect(await numbers.settle(first, "forgotten")).toBe(false);
  expect(await stateOf(numbers, "a")).toBe("reserved");
});
