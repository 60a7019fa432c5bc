import fc from "fast-check";

/** The regions that the clients use; the first is the versions' own. */
export const REGIONS = ["westus", "eastus2", "northeurope"] as const;
export type RegionName = (typeof REGIONS)[number];
export const VERSIONS = ["1.0.0", "2.0.0"] as const;

/** One thing that a client changes about what it has read before it writes it back. */
export type Change =
  | { kind: "scale"; region: RegionName; count: number }
  | { kind: "add"; region: RegionName; encrypted: boolean }
  | { kind: "remove"; region: RegionName }
  | { kind: "hide"; region: RegionName; hidden: boolean }
  | { kind: "encrypt"; region: RegionName }
  | { kind: "forgetEncryption"; region: RegionName | "all" }
  | { kind: "tag"; value: string };

/** What a writer does with a version. Each writer remembers what it read last. */
export interface Write {
  kind: "write";
  writer: 0 | 1;
  version: 0 | 1;
  verb: "PUT" | "PATCH";
  /** Wait until what goes on is over. */
  whenIdle: boolean;
  /** Read before writing; otherwise what was read last is written, however old. */
  readFirst: boolean;
  changes: Change[];
  /** safetyProfile.allowDeletionOfReplicatedLocations of the body. */
  allowRemoval: boolean;
  /** Whether the body names the source. */
  withSource: boolean;
  /** Whether a version that isn't there is created with disk encryption sets. */
  createEncrypted: boolean;
}

export type Step =
  | Write
  | { kind: "read"; writer: 0 | 1; version: 0 | 1 }
  | { kind: "delete"; writer: 0 | 1; version: 0 | 1 }
  /** Both at once, as each last read it. */
  | { kind: "race"; writes: [Write, Write] }
  | { kind: "pass"; seconds: number }
  /** The next copy of the version to the region will fail. */
  | { kind: "failRegion"; version: 0 | 1; region: RegionName }
  | { kind: "restart" }
  /** The program dies while it takes a write. */
  | { kind: "dieWriting"; write: Write; afterMs: number };

const region = fc.constantFrom(...REGIONS);
const either = fc.constantFrom(0 as const, 1 as const);
const mostly = (value: boolean): fc.Arbitrary<boolean> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(value) },
    { weight: 1, arbitrary: fc.constant(!value) },
  );
/** Mostly counts that are right. */
const count = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 101) },
);

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("scale" as const), region, count }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("add" as const), region, encrypted: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove" as const), region }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("hide" as const), region, hidden: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("encrypt" as const), region }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("forgetEncryption" as const),
      region: fc.oneof(region, fc.constant("all" as const)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("tag" as const), value: fc.constantFrom("a", "b") }),
  },
);

const writeBy = (writer: fc.Arbitrary<0 | 1>): fc.Arbitrary<Write> =>
  fc.record({
    kind: fc.constant("write" as const),
    writer,
    // Mostly one version, so that the writers meet.
    version: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0 as const) },
      { weight: 1, arbitrary: fc.constant(1 as const) },
    ),
    verb: fc.oneof(
      { weight: 3, arbitrary: fc.constant("PUT" as const) },
      { weight: 1, arbitrary: fc.constant("PATCH" as const) },
    ),
    whenIdle: mostly(true),
    readFirst: mostly(true),
    changes: fc.array(change, { maxLength: 3 }),
    allowRemoval: fc.boolean(),
    withSource: mostly(true),
    createEncrypted: mostly(true),
  });

const target = { writer: either, version: either };

const STEPS: fc.WeightedArbitrary<Step>[] = [
  { weight: 20, arbitrary: writeBy(either) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("read" as const), ...target }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), ...target }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("race" as const),
      writes: fc.tuple(writeBy(fc.constant(0)), writeBy(fc.constant(1))),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      seconds: fc.constantFrom(1, 100, 300, 2000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("failRegion" as const),
      version: either,
      // Without its own region a new version is lost.
      region: fc.oneof(region, fc.constant(REGIONS[0])),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
];

/** What the clients do when the stand-in isn't killed. */
export const gentleStep = fc.oneof(...STEPS);

/** The same, and deaths in the middle of a write. */
export const deadlyStep = fc.oneof(...STEPS, {
  weight: 10,
  arbitrary: fc.record({
    kind: fc.constant("dieWriting" as const),
    write: writeBy(either),
    afterMs: fc.integer({ min: 0, max: 25 }),
  }),
});
