import { ConcurrencyLimit } from "../../../src/local/functions-host/concurrency-limit";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("no more than the limit runs at one time, in order, also when some of it fails", async () => {
  const limit = new ConcurrencyLimit(2);
  const begun: number[] = [];
  let running = 0;
  let peak = 0;
  const work = (n: number) =>
    limit.run(async () => {
      begun.push(n);
      peak = Math.max(peak, ++running);
      await turn();
      running--;
      if (n % 2 === 1) throw new Error(`odd ${n}`);
      return n;
    });
  const outcomes = await Promise.allSettled([0, 1, 2, 3, 4].map(work));
  expect(peak).toBe(2);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
});

test("places are given back: after a full round the limit is the same", async () => {
  const limit = new ConcurrencyLimit(1);
  for (let round = 0; round < 3; round++) expect(await limit.run(async () => round)).toBe(round);
});
