import { readOptions, UsageError } from "../../../bench/options";

const KNOWN = ["publish", "start"];

test.each([
  [[], { names: [], runs: 5, quick: false, write: false }],
  [["start", "--runs", "3"], { names: ["start"], runs: 3, quick: false, write: false }],
  [["--runs", "1", "--write"], { names: [], runs: 1, quick: false, write: true }],
  [["--quick"], { names: [], runs: 1, quick: true, write: false }],
])("%j is read", (args, options) => {
  expect(readOptions(args, KNOWN)).toEqual(options);
});

test.each([
  [["stop"], "there is no stop; there are publish, start"],
  [["--runs", "0"], "--runs must be a whole number of at least 1"],
  [["--runs", "many"], "--runs must be a whole number of at least 1"],
  [["start", "--write"], "--write needs all benchmarks in full"],
  [["--quick", "--write"], "--write needs all benchmarks in full"],
  [["--fast"], "Unknown option '--fast'"],
])("%j is refused", (args, message) => {
  expect(() => readOptions(args, KNOWN)).toThrow(UsageError);
  expect(() => readOptions(args, KNOWN)).toThrow(message);
});
