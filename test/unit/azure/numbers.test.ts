import { descendingKey, versionNumber } from "../../../src/domain/numbering/version-number";
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

const held = (requestId: string, version: string) => ({ requestId, version, fingerprint: "f" });
const LATER = "2026-11-24T13:00:00.000Z";
const always = async () => true;

test("a released number is free, is released once, and isn't started any more", async () => {
  const numbers = createFakeNumbers();
  await numbers.reserve(image, row("a", "1.0.0"), undefined);
  await numbers.release(image, held("a", "1.0.0"), always);
  expect(await numbers.reserve(image, row("b", "1.0.0"), undefined)).toBe(true);
  await numbers.release(image, held("a", "1.0.0"), always);
  expect(await numbers.started(image, held("a", "1.0.0"), LATER)).toBe(false);
  expect(await stateOf(numbers, "a")).toBe("released");
  expect(await numbers.highest(image, [])).toEqual([1, 0, 0]);
});

test("a released number is taken again unless another request has it, and is nobody else's then", async () => {
  const numbers = createFakeNumbers();
  await numbers.reserve(image, row("a", "1.0.0"), undefined);
  await numbers.release(image, held("a", "1.0.0"), always);
  await numbers.reserve(image, row("b", "1.0.0"), undefined);
  const before = await numbers.of(image, "a");
  expect(await numbers.reserve(image, row("a", "1.0.0"), before)).toBe(false);
  await numbers.release(image, held("b", "1.0.0"), always);
  expect(await numbers.reserve(image, row("a", "1.0.0"), before)).toBe(true);
  expect(await numbers.reserve(image, row("c", "1.0.0"), undefined)).toBe(false);
});

test.each([
  ["another number", held("a", "1.0.1")],
  ["other contents", { ...held("a", "1.0.0"), fingerprint: "g" }],
  ["another request", held("b", "1.0.0")],
])("what is said of %s changes nothing of a reservation", async (_what, other) => {
  const numbers = createFakeNumbers();
  await numbers.reserve(image, row("a", "1.0.0"), undefined);
  expect(await numbers.started(image, other, LATER)).toBe(false);
  await numbers.release(image, other, always);
  expect((await numbers.of(image, "a"))?.value).toEqual(row("a", "1.0.0"));
  expect(await numbers.highest(image, [])).toEqual([1, 0, 0]);
});

test("whoever passes a number over loses against a run that has begun since, also where one had before", async () => {
  const numbers = createFakeNumbers();
  await numbers.reserve(image, row("a", "1.0.0"), undefined);
  for (let times = 0; times < 2; times++) {
    const before = await numbers.of(image, "a");
    expect(await numbers.started(image, held("a", "1.0.0"), LATER)).toBe(true);
    expect(await numbers.reserve(image, row("a", "1.0.1"), before)).toBe(false);
  }
  expect((await numbers.of(image, "a"))?.value).toMatchObject({
    ...{ version: "1.0.0", state: "started", touchedAt: LATER },
  });
});

test("a change that somebody else overtook is made on what is there then", async () => {
  const numbers = createFakeNumbers();
  await numbers.reserve(image, row("a", "1.0.0"), undefined);
  const { table } = numbers;
  const own = { ...table };
  table.changeTogether = async (...change) => {
    Object.assign(table, own);
    await numbers.started(image, held("a", "1.0.0"), LATER);
    return own.changeTogether(...change);
  };
  const asked: string[] = [];
  await numbers.release(image, held("a", "1.0.0"), async ({ state }) => {
    asked.push(state);
    return true;
  });
  expect(asked).toEqual(["reserved", "started"]);
  expect(await stateOf(numbers, "a")).toBe("released");
  expect(await numbers.highest(image, [])).toBeUndefined();
});

test("a release ends also where the number's own row is gone", async () => {
  const numbers = createFakeNumbers();
  await numbers.reserve(image, row("a", "1.0.0"), undefined);
  const { table } = numbers;
  for await (const { partition, value } of table.scan("version eq '1.0.0'"))
    if (!("state" in value)) await table.remove(partition, numberKeyOf("1.0.0"));
  await numbers.release(image, held("a", "1.0.0"), always);
  expect(await stateOf(numbers, "a")).toBe("reserved");
});

const numberKeyOf = (version: string): string =>
  `number-${descendingKey(versionNumber(version) ?? [])}`;

test("a request without a number can be released and started without harm", async () => {
  const numbers = createFakeNumbers();
  await numbers.release(image, held("nobody", "1.0.0"), always);
  expect(await numbers.started(image, held("nobody", "1.0.0"), LATER)).toBe(false);
  expect(await numbers.of(image, "nobody")).toBeUndefined();
});

test.each(["started", "forgotten", "released"] as const)(
  "what was changed since it was looked at isn't settled as %s",
  async (state) => {
    const numbers = createFakeNumbers();
    await numbers.reserve(image, row("a", "1.0.0"), undefined);
    const found = [];
    for await (const one of numbers.reserved()) found.push(one);
    expect(found.map((one) => one.row.requestId)).toEqual(["a"]);
    const [first] = found;
    if (first === undefined) throw new Error("nothing is reserved");
    const before = await numbers.of(image, "a");
    await numbers.reserve(image, { ...row("a", "1.0.1"), touchedAt: LATER }, before);
    expect(await numbers.settle(first, state)).toBe(false);
    expect((await numbers.of(image, "a"))?.value).toMatchObject({
      ...{ version: "1.0.1", state: "reserved" },
    });
  },
);
