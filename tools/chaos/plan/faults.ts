import type { Random } from "../../fuzz-admission/random";
import {
  otherImage,
  REGION_WITH_VAULT,
  SOMEBODY,
  SOURCE_REGION,
  targetRegion,
  TAKEN_KEY,
} from "./world";

/** A fault as the stand-in takes it, or a key that is taken away; some are over after a while. */
export type PlannedFault = { kind: string } & Strike;

interface Strike {
  fault?: object;
  takenKey?: string;
  clearAfterMs?: number;
  /** Only makes room for the one that the kind is about: its strikes don't count. */
  aside?: true;
}

/** Which publication a fault is for. */
export interface FaultPlace {
  version: string;
  /** One of the regions that are asked for, not the source. */
  region: string;
  /** A region that isn't asked for. */
  spare: string;
}

type Make = (place: FaultPlace, random: Random) => Strike[];

interface FaultKind {
  /** Beside others it would be met by nothing, or hide them. */
  alone?: true;
  make: Make;
}

const once = (fault: object): Strike => ({ fault });
const aside = (fault: object, clearAfterMs?: number): Strike => ({
  ...{ fault, aside: true },
  ...(clearAfterMs === undefined ? {} : { clearAfterMs }),
});
const CAPACITY = "Replication failed in this region due to 'not enough capacity'";

const calls =
  (kind: string, settings: (random: Random) => object = () => ({})) =>
  (method: string, times: (random: Random) => number, more: object = {}): Make =>
  ({ version }, random) => [
    once({
      [kind]: { method, resource: version, times: times(random), ...settings(random), ...more },
    }),
  ];

const all =
  (...makes: Make[]): Make =>
  (place, random) =>
    makes.flatMap((make) => make(place, random));

const oneOrTwo = (random: Random): number => random.int(1, 2);
const single = (): number => 1;
const someStatus = (random: Random) => ({ status: random.pick([500, 502, 503, 504]) });
const throttling = (style: "arm" | "compute") =>
  calls("throttled", () => ({ style, retryAfter: 1 }));
const writer =
  (change: (place: FaultPlace) => object): Make =>
  (place) => [
    once({ foreignWriter: { version: place.version, caller: SOMEBODY, ...change(place) } }),
  ];

/** Every kind of fault that the stand-in can make, as often as it takes to be met by a publication. */
export const FAULT_KINDS: Record<string, FaultKind> = {
  "throttled by the platform": {
    make: all(throttling("arm")("PUT", oneOrTwo), throttling("arm")("GET", single)),
  },
  "throttled by Compute": {
    make: all(throttling("compute")("PUT", oneOrTwo), throttling("compute")("GET", single)),
  },
  "5xx": {
    make: all(
      calls("http", someStatus)("PUT", oneOrTwo),
      calls("http", someStatus)("GET", oneOrTwo, { afterCalls: 2 }),
    ),
  },
  "408": { make: calls("http", () => ({ status: 408 }))("PUT", single) },
  "sets unavailable": {
    make: ({ region }, random) => [
      once({
        http: {
          ...{ method: "GET", pathContains: `/diskEncryptionSets/des-${region}-os` },
          ...{ status: 503, times: oneOrTwo(random) },
        },
      }),
    ],
  },
  "connection reset": {
    make: all(calls("reset")("PUT", single), calls("reset")("GET", oneOrTwo, { afterCalls: 2 })),
  },
  "slow answer": {
    make: calls("slow", (random) => ({ delayMs: random.int(1500, 3000) }))("PUT", oneOrTwo),
  },
  "lost reply": { make: calls("lostReply")("PUT", oneOrTwo) },
  "lost reply to a delete": {
    alone: true,
    make: all(
      ({ version, region }) => [aside({ keyVaultAccessForbidden: { version, region, times: 1 } })],
      calls("lostReply")("DELETE", single),
    ),
  },
  "denied by policy": { alone: true, make: calls("policyDenial")("PUT", single) },
  "missing linked right": { alone: true, make: calls("linkedAuthorizationFailed")("PUT", single) },
  "region fails": {
    make: ({ version, region }, random) => [
      once({
        replication: {
          ...{ version, region, details: CAPACITY, provisioningState: "Succeeded" },
          times: random.int(1, 3),
        },
      }),
    ],
  },
  "region fails for ever": {
    make: ({ version, region }) => [
      once({ replication: { version, region, details: CAPACITY, provisioningState: "Succeeded" } }),
    ],
  },
  "region fails the version": {
    make: ({ version, region }, random) => [
      once({ replication: { version, region, details: CAPACITY, times: random.int(1, 5) } }),
    ],
  },
  "stuck region": {
    make: ({ version, region }, random) => [
      { fault: { stuckReplication: { version, region } }, clearAfterMs: random.int(3000, 8000) },
    ],
  },
  "early success": {
    make: ({ version, region }, random) => [
      once({ earlySuccess: { version, times: 1 } }),
      aside({ stuckReplication: { version, region, times: 1 } }, random.int(3000, 6000)),
    ],
  },
  "operation fails": {
    alone: true,
    make: ({ version }, random) => [
      once({
        operation: {
          ...{ version, code: "InternalOperationError" },
          message: "An internal execution error occurred. Please retry later.",
          times: random.int(1, 5),
        },
      }),
    ],
  },
  "expired operation": {
    alone: true,
    make: ({ version }, random) => [
      aside({
        operation: {
          ...{ version, code: "InternalOperationError", times: oneOrTwo(random) },
          message: "An internal execution error occurred. Please retry later.",
        },
      }),
      once({ expiredOperation: { version } }),
    ],
  },
  "key not accessible": {
    alone: true,
    make: ({ version, region }, random) => [
      once({ keyVaultAccessForbidden: { version, region, times: random.int(1, 4) } }),
    ],
  },
  "key taken away": {
    make: (_place, random) => [{ takenKey: TAKEN_KEY, clearAfterMs: random.int(4000, 9000) }],
  },
  "somebody adds a region": {
    make: writer(({ spare }) => ({
      ...{ method: "PUT", moment: "before", settled: true },
      addRegion: targetRegion(spare),
    })),
  },
  "somebody scales a region": {
    make: writer(() => ({ afterCalls: 3, replicaCount: { region: SOURCE_REGION, count: 5 } })),
  },
  "somebody removes a region": {
    alone: true,
    make: all(
      ({ version, region }) => [
        aside({ earlySuccess: { version, times: 1 } }),
        aside({ stuckReplication: { version, region, times: 1 } }, 6000),
      ],
      writer(({ region }) => ({ afterCalls: 2, removeRegion: region })),
    ),
  },
  "somebody deletes the version": {
    alone: true,
    make: all(
      ({ version }) => [
        aside({ earlySuccess: { version } }),
        aside({ stuckReplication: { version } }, 6000),
      ],
      writer(() => ({ afterCalls: 2, delete: true })),
    ),
  },
  "somebody takes the number": {
    alone: true,
    make: writer(() => ({ method: "PUT", moment: "before", settled: true, put: otherImage() })),
  },
};

/** The faults of one kind against one publication. */
export function faultsOf(kind: string, place: FaultPlace, random: Random): PlannedFault[] {
  return (FAULT_KINDS[kind]?.make(place, random) ?? []).map((fault) => ({ kind, ...fault }));
}

/** Kinds that are to strike a publication, in which all can show. */
export const isAlone = (kind: string): boolean => FAULT_KINDS[kind]?.alone === true;

/** The region that a publication must ask for, to be met by this kind. */
export const neededRegion = (kind: string): string | undefined =>
  kind === "key taken away" ? REGION_WITH_VAULT : undefined;
