import { fuzz } from "../../../../tools/fuzz-admission/fuzz";
import { leadsInto } from "../../../../tools/fuzz-admission/json-path";

test("of 600 generated requests none is thrown at, and every refusal names a place in the request", () => {
  const { violations, refused, codes } = fuzz(600, 20_261_126);
  expect(violations).toEqual([]);
  expect(refused).toBeGreaterThan(500);
  expect(codes.size).toBeGreaterThan(30);
});

test.each([
  ["$", true],
  ["$.a[1]", true],
  ["$.a[1].missing", true],
  ["$['b c'].d", true],
  ["$.missing.deeper", true],
  ["$.a[2]", false],
  ["$.a[0", false],
  ["a[0]", false],
])("%s leads into the request: %s", (path, leads) => {
  expect(leadsInto({ a: [1, { x: 1 }], "b c": { d: 1 } }, path)).toBe(leads);
});
