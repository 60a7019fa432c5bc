import type { ArmRequest } from "../arm-message";
import type { ServiceClock } from "../clock";
import { ArmError } from "../errors";
import type { ResourceType } from "../resources/resource-type";
import type { ComputePolicy, ThrottlingSettings } from "../world/throttling-schema";
import { Buckets, type BucketSize } from "./buckets";

type Kind = keyof ThrottlingSettings["subscription"];
/** The kinds of calls that the Resource Manager counts, and what it calls them. */
const KINDS: Readonly<Record<string, [kind: Kind, word: string]>> = {
  PUT: ["writes", "write"],
  PATCH: ["writes", "write"],
  POST: ["writes", "write"],
  DELETE: ["deletes", "delete"],
};

const VERSIONS = "Microsoft.Compute/galleries/images/versions";
/** Compute's policies by type and method; `LIST` is the GET of a collection. */
const POLICIES: Readonly<Record<string, ComputePolicy>> = {
  [`PUT ${VERSIONS}`]: "CreateUpdateGalleryImageVersion",
  [`PATCH ${VERSIONS}`]: "CreateUpdateGalleryImageVersion",
  [`DELETE ${VERSIONS}`]: "DeleteGalleryImageVersion",
  [`GET ${VERSIONS}`]: "GetGalleryImageVersion",
  [`LIST ${VERSIONS}`]: "ListGalleryImageVersion",
  "GET Microsoft.Compute/locations/capsOperations": "GetOperationStatus",
  "GET Microsoft.Compute/locations/DiskOperations": "GetOperationStatus",
  "PUT Microsoft.Compute/diskEncryptionSets": "CreateUpdateDiskEncryptionSet",
  "PATCH Microsoft.Compute/diskEncryptionSets": "CreateUpdateDiskEncryptionSet",
};
/** Compute's 429: its own code stands in the details, the one above them is that of a quota, too. */
export const computeThrottled = (seconds: number, target: string, message: string): ArmError =>
  new ArmError(
    429,
    "OperationNotAllowed",
    "The server rejected the request because too many requests have been received for this subscription.",
    {
      headers: { "Retry-After": String(seconds) },
      details: [{ code: "TooManyRequests", target, message }],
    },
  );

/** The two windows of every policy of Compute, and their lengths in seconds. */
const WINDOWS = [
  ["3Min", "in3Minutes", 180],
  ["30Min", "in30Minutes", 1800],
] as const;

/** Counts calls, and refuses those that are too many. */
export class Throttle {
  readonly #buckets: Buckets;

  constructor(
    private readonly settings: ThrottlingSettings,
    private readonly clock: ServiceClock,
  ) {
    this.#buckets = new Buckets(() => clock.serviceMs());
  }

  /**
   * Takes a call from the caller's bucket of the subscription.
   * @returns headers that say how many are left
   * @throws {ArmError} 429 SubscriptionRequestsThrottled
   */
  ofSubscription({ method, path, principal }: ArmRequest): Record<string, string> {
    const { subscriptionId } = path;
    if (!this.settings.enabled || subscriptionId === undefined) return {};
    const [kind, word] = KINDS[method] ?? ["reads", "read"];
    const actor = principal?.oid ?? "";
    const name = `${kind} ${subscriptionId.toLowerCase()} ${actor}`;
    const taken = this.#buckets.take(name, this.settings.subscription[kind]);
    if (taken.kind === "taken")
      return { [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(taken.remaining) };
    const seconds = this.#wait(taken.waitSeconds);
    throw new ArmError(
      429,
      "SubscriptionRequestsThrottled",
      `Number of '${word}' requests for subscription '${subscriptionId}' actor '${actor}' exceeded. Please try again after '${seconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
      { headers: { "Retry-After": String(seconds) } },
    );
  }

  /**
   * Takes a call from both windows of Compute's policy for it, or from neither.
   * @returns the header that says how many are left
   * @throws {ArmError} 429 OperationNotAllowed, its code in the details
   */
  ofCompute({ type }: ResourceType, { method, path }: ArmRequest): Record<string, string> {
    const policy = POLICIES[`${path.collection ? "LIST" : method} ${type}`];
    if (!this.settings.enabled || policy === undefined) return {};
    const windows = WINDOWS.map(([suffix, member, seconds]) => {
      const capacity = this.settings.compute[policy][member];
      const name = `${policy}${suffix} ${(path.subscriptionId ?? "").toLowerCase()}`;
      return { suffix, name, size: { capacity, perSecond: capacity / seconds } };
    });
    const empty = windows.find(({ name, size }) => this.#buckets.level(name, size) < 1);
    if (empty !== undefined) throw this.#computeRefusal(policy, empty);
    const left = windows.map(({ suffix, name, size }) => {
      const taken = this.#buckets.take(name, size);
      return `Microsoft.Compute/${policy}${suffix};${taken.kind === "taken" ? taken.remaining : 0}`;
    });
    return { "x-ms-ratelimit-remaining-resource": left.join(",") };
  }

  #computeRefusal(
    policy: ComputePolicy,
    { suffix, name, size }: { suffix: string; name: string; size: BucketSize },
  ): ArmError {
    const missing = 1 - this.#buckets.level(name, size);
    const seconds = this.#wait(missing / size.perSecond);
    const end = new Date(this.clock.date().getTime() + seconds * 1000).toISOString();
    return computeThrottled(
      seconds,
      `${policy}${suffix}`,
      JSON.stringify({
        operationGroup: `${policy}${suffix}`,
        startTime: this.clock.date().toISOString(),
        endTime: end,
        allowedRequestCount: size.capacity,
        measuredRequestCount: size.capacity + 1,
      }),
    );
  }

  /** Whole seconds of the client's clock, at least one. */
  #wait(serviceSeconds: number): number {
    return Math.max(1, Math.ceil(serviceSeconds / this.clock.speed));
  }
}
