import * as fc from "fast-check";
import { isDeeperThan, printDeepJson } from "../../../src/domain/json-depth";

const nested = (levels: number): unknown =>
  JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);

test("depth is told without recursion, however deep it is", () => {
  expect(isDeeperThan(nested(64), 64)).toBe(false);
  expect(isDeeperThan(nested(66), 64)).toBe(true);
  expect(isDeeperThan(nested(50_000), 64)).toBe(true);
  expect(isDeeperThan("text", 0)).toBe(false);
});

test("deep JSON is printed as it was, flat JSON as JSON.stringify prints it", () => {
  expect(printDeepJson(nested(50_000))).toBe(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(printDeepJson(value)).toBe(JSON.stringify(value));
    }),
    { seed: 1 },
  );
});
