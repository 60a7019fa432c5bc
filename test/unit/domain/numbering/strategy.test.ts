import fc from "fast-check";
import {
  nextNumber,
  STRATEGIES,
  type VersionStrategy,
} from "../../../../src/domain/numbering/strategy";
import {
  descendingKey,
  versionName,
  versionNumber,
  versionNumbers,
  type VersionNumber,
} from "../../../../src/domain/numbering/version-number";
import { isAtLeast, isVersionName } from "../../../../src/domain/version-name";

const NOW = new Date("2026-11-24T12:00:00Z");
const MAX = 2_147_483_647;

const next = (wanted: VersionStrategy, taken: string[], now = NOW): string | undefined => {
  const number = nextNumber(wanted, versionNumbers(taken), now);
  return number && versionName(number);
};

const SOME = ["1.2.9", "1.10.3", "1.9.9", "0.5.0"];

describe.each<[VersionStrategy, { first: string; after: string }]>([
  [{ strategy: "nextPatch" }, { first: "1.0.0", after: "1.10.4" }],
  [{ strategy: "nextMinor" }, { first: "1.0.0", after: "1.11.0" }],
  [{ strategy: "nextMajor" }, { first: "1.0.0", after: "2.0.0" }],
  [{ strategy: "date" }, { first: "2026.1124.0", after: "2026.1124.0" }],
  [
    { strategy: "nextPatch", base: "1.2" },
    { first: "1.2.0", after: "1.2.10" },
  ],
  [
    { strategy: "nextPatch", base: "1" },
    { first: "1.0.0", after: "1.10.4" },
  ],
  [
    { strategy: "nextPatch", base: "3.7" },
    { first: "3.7.0", after: "3.7.0" },
  ],
  [
    { strategy: "nextMinor", base: "0" },
    { first: "0.0.0", after: "0.6.0" },
  ],
])("by %o", (wanted, { first, after }) => {
  test(`a definition without versions begins with ${first}`, () => {
    expect(next(wanted, [])).toBe(first);
  });

  test(`after ${SOME.join(", ")} comes ${after}`, () => {
    expect(next(wanted, SOME)).toBe(after);
  });
});

test("a second version of a day is counted up in the third part, and the next day begins anew", () => {
  const byDate: VersionStrategy = { strategy: "date" };
  expect(next(byDate, ["2026.1124.0", "2026.1124.1", "2026.1125.7"])).toBe("2026.1124.2");
  expect(next(byDate, ["2026.1124.1"], new Date("2026-11-25T00:00:00Z"))).toBe("2026.1125.0");
});

test("the date is UTC's, and has no leading zeros", () => {
  const late = new Date("2027-01-05T23:30:00-08:00");
  expect(next({ strategy: "date" }, [], late)).toBe("2027.106.0");
});

test.each<[VersionStrategy, string]>([
  [{ strategy: "nextPatch" }, `1.0.${MAX}`],
  [{ strategy: "nextMinor" }, `1.${MAX}.0`],
  [{ strategy: "nextMajor" }, `${MAX}.0.0`],
  [{ strategy: "date" }, `2026.1124.${MAX}`],
  [{ strategy: "nextPatch", base: "4.2" }, `4.2.${MAX}`],
])("by %o nothing comes after %s", (wanted, last) => {
  expect(next(wanted, [last])).toBeUndefined();
  // Only that part is at its end.
  expect(next({ strategy: "nextPatch", base: "5" }, [last])).toBe("5.0.0");
});

test("names that aren't numbers don't count", () => {
  expect(next({ strategy: "nextPatch" }, ["1.0.0", "2.0", "latest", "3.0.0-beta"])).toBe("1.0.1");
});

const part = fc.oneof(fc.nat(3), fc.nat(MAX), fc.constantFrom(MAX - 1, MAX, 2026, 1124));
const number = fc.tuple(part, part, part);
const wanted: fc.Arbitrary<VersionStrategy> = fc.oneof(
  fc.record({ strategy: fc.constantFrom(...STRATEGIES) }),
  part.map((base): VersionStrategy => ({ strategy: "nextMinor", base: String(base) })),
  fc
    .tuple(part, part)
    .map((base): VersionStrategy => ({ strategy: "nextPatch", base: base.join(".") })),
);

test("whatever is taken, the next number is free, one that Azure takes, and the highest of its line", () => {
  fc.assert(
    fc.property(wanted, fc.array(number), (strategy, taken) => {
      const found = nextNumber(strategy, taken, NOW);
      if (found === undefined) return taken.some((one) => one.includes(MAX));
      const name = versionName(found);
      const line = strategy.strategy === "date" ? "2026.1124" : (strategy.base ?? "");
      const inLine = taken.map(versionName).filter((one) => `${one}.`.startsWith(line));
      expect(isVersionName(name)).toBe(true);
      expect(`${name}.`.startsWith(line)).toBe(true);
      expect(taken.map(versionName)).not.toContain(name);
      if (strategy.base === undefined && strategy.strategy !== "date")
        expect(inLine.every((one) => isAtLeast(name, one))).toBe(true);
      return true;
    }),
    { numRuns: 2_000 },
  );
});

test("a hundred numbers, one after the other by any strategies, are a hundred different ones", () => {
  fc.assert(
    fc.property(fc.array(wanted, { minLength: 100, maxLength: 100 }), (strategies) => {
      const taken: VersionNumber[] = [];
      for (const strategy of strategies) {
        const found = nextNumber(strategy, taken, NOW);
        if (found !== undefined) taken.push(found);
      }
      expect(new Set(taken.map(versionName)).size).toBe(taken.length);
    }),
    { numRuns: 50 },
  );
});

test("keys sort the highest number first", () => {
  fc.assert(
    fc.property(number, number, (one, other) => {
      const first = descendingKey(one) < descendingKey(other);
      const higher =
        versionName(one) !== versionName(other) && isAtLeast(versionName(one), versionName(other));
      expect(first).toBe(higher);
    }),
  );
  expect(versionNumber("1.02.3")).toEqual([1, 2, 3]);
});
