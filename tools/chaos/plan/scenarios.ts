import type { Random } from "../../fuzz-admission/random";
import { SOURCE_REGION, type Wish } from "./world";

/** One request on its way; the same id is the same request. */
export interface Message {
  requestId: string;
  via: "queue" | "http";
  wish: Wish;
}

/** What is done for one publication, in this order; a request that ends is waited for by its record. */
export type Step =
  /** All at once. */
  | { do: "send"; messages: Message[] }
  | { do: "addFaults" }
  | { do: "clearFaults" }
  | { do: "awaitEnds"; requestIds: string[] }
  | { do: "cancel"; requestId: string; afterMs: number }
  /** As an operator can, past the app: the run is lost, and its record is made by others. */
  | { do: "terminate"; requestId: string; afterMs: number }
  /** Each wave as it comes, until the run has ended. */
  | { do: "decide"; how: "approve" | "reject"; requestId: string }
  /** When there is a failure to redrive, or a version to promote. */
  | { do: "redrive"; requestId: string }
  | { do: "promote"; requestId: string };

/** What a scenario is made from. */
export interface ScenarioParts {
  version: string;
  /** The source region first. */
  regions: string[];
  /** The region that faults strike. */
  region: string;
  random: Random;
}

type MakeSteps = (parts: ScenarioParts) => Step[];

const requestId = ({ version }: ScenarioParts, suffix = ""): string => `chaos-${version}${suffix}`;

const wishOf = ({ version, regions }: ScenarioParts, rollout?: Wish["rollout"]): Wish => ({
  version,
  regions,
  ...(rollout === undefined ? {} : { rollout }),
});

const via = (random: Random): Message["via"] => random.pick(["queue", "http"]);

/** Sent once, under faults from the beginning, and waited for. */
const publish =
  (rolloutOf: (parts: ScenarioParts) => Wish["rollout"] = () => undefined): MakeSteps =>
  (parts) => {
    const id = requestId(parts);
    const message = {
      requestId: id,
      via: via(parts.random),
      wish: wishOf(parts, rolloutOf(parts)),
    };
    return [
      { do: "addFaults" },
      { do: "send", messages: [message] },
      { do: "awaitEnds", requestIds: [id] },
    ];
  };

const wavesOf = ({ regions, random }: ScenarioParts): Record<string, unknown> =>
  random.pick<Record<string, unknown>>([
    { waves: { canary: 1, size: 2 } },
    { waves: [[SOURCE_REGION], regions.filter((name) => name !== SOURCE_REGION)] },
  ]);

/** Kinds of scenarios: what people and programs do to publications. */
export const SCENARIOS: Record<string, MakeSteps> = {
  "one message": publish(),
  waves: publish(wavesOf),
  "roll back": publish((parts) => ({ ...wavesOf(parts), onFailure: "rollBack" })),
  "verified by disks": publish((parts) => ({
    ...wavesOf(parts),
    verify: "disk",
    onFailure: parts.random.pick(["keepHealthy", "rollBack"]),
  })),
  "readd failed regions": publish(({ random }) => ({
    readdFailedRegions: true,
    onFailure: random.pick(["keepHealthy", "rollBack"]),
  })),
  "some regions required": publish(({ regions, region, random }) => ({
    requiredRegions: random.pick<unknown>([1, regions.filter((name) => name !== region)]),
    onFailure: random.pick(["keepHealthy", "rollBack"]),
  })),
  "duplicates of a message": (parts) => {
    const id = requestId(parts);
    const vias: Message["via"][] = ["queue", "queue", "http", "queue"];
    const messages = vias.map((one) => ({ requestId: id, via: one, wish: wishOf(parts) }));
    return [
      { do: "addFaults" },
      { do: "send", messages },
      { do: "awaitEnds", requestIds: [id] },
      { do: "send", messages: messages.slice(0, 1) },
    ];
  },
  "the same content twice": (parts) => {
    const messages = (["queue", "http"] as const).map((one) => ({
      ...{ requestId: requestId(parts, `-${one}`), via: one, wish: wishOf(parts) },
    }));
    return [
      { do: "addFaults" },
      { do: "send", messages },
      { do: "awaitEnds", requestIds: messages.map((one) => one.requestId) },
    ];
  },
  "two requests for one version": (parts) => {
    const messages = [1, 2].map((replicas) => ({
      requestId: requestId(parts, `-${replicas}`),
      via: via(parts.random),
      wish: { ...wishOf(parts), replicas },
    }));
    return [
      { do: "addFaults" },
      { do: "send", messages },
      { do: "awaitEnds", requestIds: messages.map((one) => one.requestId) },
    ];
  },
  "extend a version": (parts) => {
    const [first, second] = [requestId(parts, "-first"), requestId(parts)];
    const small = { ...wishOf(parts), regions: [SOURCE_REGION] };
    const rollout = { onFailure: parts.random.pick(["keepHealthy", "rollBack"]) };
    const { random } = parts;
    return [
      { do: "send", messages: [{ requestId: first, via: via(random), wish: small }] },
      { do: "awaitEnds", requestIds: [first] },
      { do: "addFaults" },
      {
        do: "send",
        messages: [{ requestId: second, via: via(random), wish: wishOf(parts, rollout) }],
      },
      { do: "awaitEnds", requestIds: [second] },
    ];
  },
  "redrive and promote": (parts) => {
    const id = requestId(parts);
    return [
      ...publish(({ random }) => ({ onFailure: random.pick(["keepHealthy", "rollBack"]) }))(parts),
      { do: "clearFaults" },
      { do: "redrive", requestId: id },
      { do: "promote", requestId: id },
    ];
  },
  "sent again": (parts) => {
    const again = { requestId: requestId(parts, "-again"), via: via(parts.random) };
    return [
      ...publish()(parts),
      { do: "clearFaults" },
      { do: "send", messages: [{ ...again, wish: wishOf(parts) }] },
      { do: "awaitEnds", requestIds: [again.requestId] },
    ];
  },
  "cancelled on its way": (parts) => {
    const { random } = parts;
    const rollout = { ...wavesOf(parts), onFailure: random.pick(["keepHealthy", "rollBack"]) };
    const id = requestId(parts);
    return [
      { do: "addFaults" },
      { do: "send", messages: [{ requestId: id, via: via(random), wish: wishOf(parts, rollout) }] },
      { do: "cancel", requestId: id, afterMs: random.int(200, 5000) },
      { do: "awaitEnds", requestIds: [id] },
    ];
  },
  "terminated on its way": (parts) => {
    const { random } = parts;
    const verify = random.pick(["none", "disk"]);
    const onFailure = random.pick(["keepHealthy", "rollBack"]);
    const rollout = { ...wavesOf(parts), verify, onFailure };
    const id = requestId(parts);
    return [
      { do: "addFaults" },
      { do: "send", messages: [{ requestId: id, via: via(random), wish: wishOf(parts, rollout) }] },
      { do: "terminate", requestId: id, afterMs: random.int(200, 3000) },
      { do: "awaitEnds", requestIds: [id] },
    ];
  },
  "a wave to be approved": (parts) => {
    const { random } = parts;
    const rollout = { ...wavesOf(parts), approveBetweenWaves: true };
    const id = requestId(parts);
    const how = random.pick(["approve", "approve", "reject"] as const);
    return [
      { do: "addFaults" },
      { do: "send", messages: [{ requestId: id, via: via(random), wish: wishOf(parts, rollout) }] },
      { do: "decide", how, requestId: id },
      { do: "awaitEnds", requestIds: [id] },
    ];
  },
};

/** Its run may have been stopped before it meets what was planned for it. */
export const mayMissFaults = (scenario: string): boolean => scenario.endsWith(" on its way");
