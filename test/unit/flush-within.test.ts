import { diag } from "@opentelemetry/api";
import { flushWithin } from "../../src/flush-within";

const WITHIN_MS = 2_000;
const said: string[] = [];

beforeEach(() => {
  jest.useFakeTimers();
  said.length = 0;
  const quiet = (): void => undefined;
  const warn = (text: string): void => void said.push(text);
  diag.setLogger({ warn, error: quiet, info: quiet, debug: quiet, verbose: quiet });
});
afterEach(() => {
  diag.disable();
  jest.useRealTimers();
});

/** A sending that ends when it is told to. */
function sending() {
  const ends: (() => void)[] = [];
  return { ends, flush: () => new Promise<void>((resolve) => ends.push(resolve)) };
}
const settle = () => jest.advanceTimersByTimeAsync(0);

test("an invocation ends when its lines are sent, and not before", async () => {
  const { ends, flush } = sending();
  let ended = false;
  const waits = flushWithin(flush, WITHIN_MS)().then(() => (ended = true));
  await jest.advanceTimersByTimeAsync(WITHIN_MS - 1);
  expect(ended).toBe(false);
  ends[0]?.();
  await waits;
  expect(jest.getTimerCount()).toBe(0);
  expect(said).toEqual([]);
});

test("a second one waits for a sending of its own: the first had begun without its lines", async () => {
  const { ends, flush } = sending();
  const flushed = flushWithin(flush, WITHIN_MS);
  const waits = [flushed(), flushed()];
  await settle();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await settle();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await Promise.all(waits);
});

test("whoever waits for telemetry that is away goes on after a while, and fails at nothing", async () => {
  const { flush } = sending();
  const waits = flushWithin(flush, WITHIN_MS)();
  await jest.advanceTimersByTimeAsync(WITHIN_MS);
  await waits;
  expect(said).toEqual([expect.stringContaining("weren't sent within 2000 ms")]);
});

test("a sending that fails is told to who debugs telemetry, and the next one is made", async () => {
  let tries = 0;
  const flushed = flushWithin(
    () => (++tries === 1 ? Promise.reject(new Error("away")) : Promise.resolve()),
    WITHIN_MS,
  );
  await flushed();
  await flushed();
  expect(tries).toBe(2);
  expect(said).toEqual(["lines couldn't be sent: Error: away"]);
});
