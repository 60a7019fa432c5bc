import { ReadyInstances } from "../../../src/local/durable-engine/ready-instances";

const NOW = 1_000_000;

/** `a` has run for `ranMs` until now, and has got something new meanwhile. */
function afterARunOf(ranMs: number): ReadyInstances {
  const ready = new ReadyInstances();
  ready.add("a");
  expect(ready.take()).toBe("a");
  ready.add("a");
  ready.done("a", NOW, ranMs);
  return ready;
}

test("while one rests, those behind it are taken", () => {
  const ready = afterARunOf(50);
  ready.add("b");
  expect(ready.take()).toBe("b");
  expect(ready.take()).toBeUndefined();
  expect(ready.isEmpty).toBe(false);
});

test.each([
  [50, 50],
  [5000, 1000],
  [0, 0],
])("after a run of %d ms it rests %d ms", (ranMs, restMs) => {
  const ready = afterARunOf(ranMs);
  expect(ready.nextWake).toBe(NOW + restMs);
  ready.wake(NOW + restMs - 1);
  expect(ready.take()).toBeUndefined();
  ready.wake(NOW + restMs);
  expect(ready.take()).toBe("a");
  expect(ready.nextWake).toBeUndefined();
});

test.each([
  ["over", Infinity],
  ["over once the clock has been put back", NOW - 3_600_000],
])("a rest is %s when it is told so", (_, now) => {
  const ready = afterARunOf(50);
  ready.wake(now);
  expect(ready.take()).toBe("a");
});

test("a run during which the clock was put back earns no rest", () => {
  const ready = afterARunOf(-3_600_000);
  ready.wake(NOW);
  expect(ready.take()).toBe("a");
});

test("nobody waits for the rest of one that has nothing to hear", () => {
  const ready = new ReadyInstances();
  ready.add("a");
  ready.take();
  ready.done("a", NOW, 50);
  expect(ready.isEmpty).toBe(true);
  expect(ready.nextWake).toBeUndefined();
});
