import fc from "fast-check";

export const SETTLEMENTS = ["complete", "abandon", "defer", "deadLetter"] as const;
export type Settlement = (typeof SETTLEMENTS)[number];

/** One thing that happens. `pick` chooses among what there is: 0 is the newest. */
export type Step =
  | { kind: "send"; count: number; timeToLiveMs?: number }
  | { kind: "schedule"; count: number; inMs: number }
  | { kind: "cancel"; pick: number }
  | { kind: "receive" }
  | { kind: "settle"; pick: number; how: Settlement }
  | { kind: "renew"; pick: number }
  | { kind: "receiveDeferred"; pick: number }
  | { kind: "takeDeadLetter" }
  /** The receiver's link ends: what it holds is settled by request from now on. */
  | { kind: "reopen" }
  | { kind: "pass"; ms: number }
  | { kind: "restart" }
  /** The broker is killed while it does the other step, so many turns of the event loop later. */
  | { kind: "dieIn"; step: Extract<Step, { kind: "send" | "settle" }>; afterTurns: number };

/** Mostly the newest. */
const pick = fc.oneof(fc.constant(0), fc.constant(0), fc.nat({ max: 20 }));
const always = <T>(value: T): fc.Arbitrary<T> => fc.constant(value);

const send = fc.record({ kind: always("send" as const), count: fc.integer({ min: 1, max: 3 }) });
const settle = fc.record({
  kind: always("settle" as const),
  pick,
  how: fc.constantFrom(...SETTLEMENTS),
});

const timeless: fc.WeightedArbitrary<Step>[] = [
  { weight: 5, arbitrary: send },
  { weight: 7, arbitrary: always({ kind: "receive" as const }) },
  { weight: 7, arbitrary: settle },
  { weight: 2, arbitrary: fc.record({ kind: always("receiveDeferred" as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: always("cancel" as const), pick }) },
  { weight: 1, arbitrary: always({ kind: "takeDeadLetter" as const }) },
  { weight: 1, arbitrary: always({ kind: "reopen" as const }) },
  { weight: 2, arbitrary: always({ kind: "restart" as const }) },
];

/** With a clock that the test moves. The lock lasts 60 s. */
export const timedStep: fc.Arbitrary<Step> = fc.oneof(
  ...timeless,
  {
    weight: 3,
    arbitrary: fc.record({
      kind: always("send" as const),
      count: fc.integer({ min: 1, max: 2 }),
      timeToLiveMs: fc.constantFrom(5_000, 30_000, 60_000, 90_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: always("schedule" as const),
      count: fc.integer({ min: 1, max: 2 }),
      inMs: fc.constantFrom(1_000, 20_000, 60_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: always("renew" as const), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: always("pass" as const),
      ms: fc.constantFrom(1, 1_000, 29_999, 30_000, 60_000, 100_000),
    }),
  },
);

/** With a program that is killed; nothing here waits for time to pass. */
export const deadlyStep: fc.Arbitrary<Step> = fc.oneof(...timeless, {
  weight: 4,
  arbitrary: fc.record({
    kind: always("dieIn" as const),
    step: fc.oneof(send, settle),
    afterTurns: fc.integer({ min: 0, max: 30 }),
  }),
});
