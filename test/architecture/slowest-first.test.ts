import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./repository";

const { SLOWEST } = jest.requireActual<{ SLOWEST: string[] }>("../support/slowest-first.cjs");

test.each(SLOWEST)("the slow file that begins early is there: %s", (name) => {
  expect(existsSync(join(ROOT, "test", `${name}.test.ts`))).toBe(true);
});
