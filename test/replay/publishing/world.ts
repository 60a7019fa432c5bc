import type { ActivityDependencies } from "../../../src/activities/dependencies";
import { ArmError } from "../../../src/azure/arm-error";
import type { ImageVersionState } from "../../../src/azure/image-versions";
import { createNumbers } from "../../../src/azure/numbers";
import { createRecords } from "../../../src/azure/records";
import type { DiskEncryptionSet } from "../../../src/domain/encryption/check-set";
import type { Fault } from "../../../src/domain/fault";
import type { ImageVersionBody } from "../../../src/domain/plan/image-version-body";
import { sourceFacts } from "../../../src/domain/preflight/source-facts";
import { regionName } from "../../../src/domain/region-name";
import type { LogLine } from "../../../src/domain/run/log-line";
import type { PublicationEvent } from "../../../src/domain/run/publication-event";
import { createFakeTable } from "../../support/fake-records";
import type {
  FailureRow,
  PublicationRow,
  RequestRow,
  SeenRow,
  RunRow,
} from "../../../src/domain/run/records";
import { healthyKey } from "../../support/fake-azure";
import { createFakeDisks } from "../../support/fake-disks";
import type { SignalsRow } from "../../../src/domain/run/signals";
import type { VirtualClock } from "../../support/durable-virtual-clock";

/** Regions whose sets a list shows; by its id each region's set is found. */
const LISTED = ["westus", "eastus2", "uksouth"];
const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

/** Kinds of writes that leave the process. */
export type WriteKind = "put" | "delete" | "disk" | "document" | "row" | "event" | "line";

/** How the fake Azure behaves; all of it can be changed while a run is going on. */
export interface Behaviour {
  /** Milliseconds that a region needs to replicate. */
  durationMs: (region: string) => number;
  /** Regions that get no further than to so many per cent, until so long after they began. */
  standing: Map<string, { at: number; forMs?: number }>;
  /** Regions that replicationStatus says nothing of. */
  untold: Set<string>;
  /** Regions that end Failed in replicationStatus, with the service's details. */
  failing: Map<string, string>;
  /** How often in a row a failing region fails, before it is Completed after all. */
  failures: (region: string) => number;
  /** LUNs of the source's data disks. */
  dataLuns: number[];
  /** Of the image definition; the source is Linux. */
  osType: string;
  /** Regions without a disk encryption set. */
  withoutSet: Set<string>;
  /** When the keys behind all sets expire; never when absent. */
  keysExpire?: Date;
  /** Provisioning state of every disk encryption set. */
  setState: string;
  /** The operation ends Failed with this fault once its regions are through. */
  operationFault?: Fault;
  /** Why the operation of an accepted PUT fails, asked for each; Azure has the version as it was then. */
  failsOperation: (body: ImageVersionBody) => Fault | undefined;
  /** An operation of Azure's goes on, although all regions are there. */
  updating: boolean;
  /** Succeeded as soon as the source region is there. */
  succeedsEarly: boolean;
  /** Faults that the next calls meet, by operation. */
  troubles: Partial<
    Record<
      "get" | "put" | "delete" | "putReply" | "set" | "sets" | "key" | "source" | "operation",
      Fault[]
    >
  >;
  /** Whether the app's process ends while it runs this activity. */
  endsProcess: (activity: string) => boolean;
  /** Called before a document is read. */
  onRead: (path: string) => void;
  /** Called before and after every write to the outside. */
  onWrite: (kind: WriteKind, moment: "before" | "after", write: number) => void;
}

interface Version {
  body: ImageVersionBody;
  /** When each region's replication began. */
  began: Map<string, number>;
  /** The last write, which comes to nothing at this time: what the version is then. */
  inVain?: { fromMs: number; before: Version };
  /** Its last operation has failed. */
  isFailed?: true;
}

const operation = (number: number): string => `https://management.azure.com/operations/${number}`;

/** How long an operation goes on that comes to nothing. */
const FAILING_MS = 90_000;

/** An in-memory Azure for orchestration tests, with the virtual clock as its time. */
export function createWorld(clock: VirtualClock) {
  const behaviour: Behaviour = {
    durationMs: () => 5 * 60_000,
    standing: new Map(),
    untold: new Set(),
    failing: new Map(),
    failures: () => Infinity,
    dataLuns: [0],
    osType: "Linux",
    withoutSet: new Set(),
    setState: "Succeeded",
    failsOperation: () => undefined,
    updating: false,
    succeedsEarly: false,
    troubles: {},
    endsProcess: () => false,
    onRead: () => undefined,
    onWrite: () => undefined,
  };
  const log = { puts: [] as ImageVersionBody[], deletes: 0, calls: [] as string[] };
  const events: PublicationEvent[] = [];
  const lines: LogLine[] = [];
  const documents = new Map<string, unknown>();
  /** How often each region's replication was begun, over all versions. */
  const attempts = new Map<string, number>();
  /** Faults of operations that came to nothing, by their URLs. */
  const operations = new Map<string, Fault>();
  let current: Version | undefined;
  let writes = 0;

  /** The version as it is by now. */
  const settled = (): Version | undefined => {
    const inVain = current?.inVain;
    if (inVain !== undefined && clock.now() >= inVain.fromMs)
      current = { ...inVain.before, isFailed: true };
    return current;
  };

  const write = <T>(kind: WriteKind, effect: () => T): T => {
    const number = ++writes;
    behaviour.onWrite(kind, "before", number);
    const result = effect();
    behaviour.onWrite(kind, "after", number);
    return result;
  };
  const disks = createFakeDisks((effect) => write("disk", effect));
  const trouble = (call: keyof Behaviour["troubles"]): void => {
    log.calls.push(call);
    const fault = behaviour.troubles[call]?.shift();
    if (fault !== undefined) throw new ArmError(fault);
  };

  const mostOf = (region: string, elapsedMs: number): number => {
    const hold = behaviour.standing.get(region);
    return hold !== undefined && elapsedMs < (hold.forMs ?? Infinity) ? hold.at : 100;
  };
  const state = (version: Version): ImageVersionState => {
    const now = clock.now();
    const told = version.body.publishingProfile.targetRegions
      .map(({ name }) => regionName(name))
      .filter((region) => !behaviour.untold.has(region));
    const summary = told.map((region) => {
      const began = version.began.get(region) ?? now;
      const progress = Math.min(
        mostOf(region, now - began),
        Math.floor(((now - began) / behaviour.durationMs(region)) * 100),
      );
      if (progress < 100) return { region, state: "Replicating", progress, details: "" };
      const details = behaviour.failing.get(region);
      return details === undefined || (attempts.get(region) ?? 1) > behaviour.failures(region)
        ? { region, state: "Completed", progress: 100, details: "" }
        : { region, state: "Failed", progress: 40, details };
    });
    const over = summary.every((entry) => entry.state !== "Replicating");
    const source = summary.find((entry) => entry.region === version.body.location);
    const succeeded = over || (behaviour.succeedsEarly && source?.state === "Completed");
    return {
      id: "version",
      provisioningState:
        !succeeded || behaviour.updating || version.inVain !== undefined
          ? "Creating"
          : behaviour.operationFault === undefined && version.isFailed !== true
            ? "Succeeded"
            : "Failed",
      body: structuredClone(version.body),
      summary,
    };
  };

  const setId = (name: string): string =>
    `/subscriptions/${SUBSCRIPTION}/resourceGroups/MyResourceGroup/providers/Microsoft.Compute/diskEncryptionSets/${name}`;

  const set = (id: string, location: string): DiskEncryptionSet => ({
    id,
    location,
    encryptionType: "EncryptionAtRestWithCustomerKey",
    provisioningState: behaviour.setState,
    tags: {},
    key: {
      url: `https://kv.vault.azure.net/keys/${location}`,
      rotates: true,
      principalIds: ["p"],
    },
  });

  const dependencies: ActivityDependencies = {
    imageVersions: {
      get: async () => {
        trouble("get");
        const version = settled();
        return version === undefined ? undefined : state(version);
      },
      list: async () => [],
      put: async (_image, body) => {
        trouble("put");
        const accepted = write("put", () => {
          log.puts.push(structuredClone(body));
          const version = settled();
          const before = version === undefined ? [] : state(version).summary;
          const goesOn = before.filter(({ state }) => state !== "Failed").map((s) => s.region);
          // A region that was removed starts from nothing when it is added back.
          const began = new Map<string, number>();
          for (const { name } of body.publishingProfile.targetRegions) {
            const region = regionName(name);
            const since = goesOn.includes(region) ? version?.began.get(region) : undefined;
            began.set(region, since ?? clock.now());
            if (since === undefined) attempts.set(region, (attempts.get(region) ?? 0) + 1);
          }
          current = { body: structuredClone(body), began };
          const fault = behaviour.failsOperation(body);
          if (fault === undefined || version === undefined) return { operationUrl: operation(1) };
          current.inVain = { fromMs: clock.now() + FAILING_MS, before: version };
          operations.set(operation(log.puts.length), fault);
          return { operationUrl: operation(log.puts.length) };
        });
        trouble("putReply");
        return accepted;
      },
      delete: async () => {
        trouble("delete");
        write("delete", () => {
          log.deletes++;
          current = undefined;
        });
      },
      readOperation: async (_image, url) => {
        trouble("operation");
        const fault = behaviour.operationFault ?? operations.get(url);
        return fault === undefined ? { status: "Succeeded" } : { status: "Failed", fault };
      },
    },
    encryptionSets: {
      get: async (id) => {
        trouble("set");
        const region = id.split("/").at(-1)?.split("-")[1] ?? "";
        if (behaviour.withoutSet.has(region))
          return { missing: `ResourceNotFound: The Resource '${id}' was not found.` };
        return { set: set(id, region) };
      },
      list: async () => {
        trouble("sets");
        return LISTED.filter((region) => !behaviour.withoutSet.has(region)).flatMap((region) =>
          ["os", "data"].map((disk) => set(setId(`${disk}-${region}`), region)),
        );
      },
    },
    keys: () => ({
      read: async (_place, principalIds) => {
        trouble("key");
        return healthyKey(principalIds, {
          expires: behaviour.keysExpire?.getTime() ?? Infinity,
        });
      },
    }),
    sources: {
      gallery: async () => ({ provisioningState: "Succeeded", sharing: "Private" }),
      definition: async () => {
        trouble("source");
        return {
          osType: behaviour.osType,
          osState: "Generalized",
          hyperVGeneration: "V2",
          features: [],
        };
      },
      read: async (source) =>
        sourceFacts(source, [
          {
            location: "westus",
            osType: "Linux",
            osState: "Generalized",
            dataLuns: behaviour.dataLuns,
            diskEncryptionSetIds: [],
          },
        ]),
    },
    disks: disks.disks,
    verificationGroup: "Verifications",
    documents: {
      write: async (path, value) =>
        write("document", () => void documents.set(path, structuredClone(value))),
      read: async <T>(path: string) => {
        behaviour.onRead(path);
        return structuredClone(documents.get(path)) as T | undefined;
      },
    },
    records: createRecords({
      publications: createFakeTable<PublicationRow>((effect) => write("row", effect)),
      runs: createFakeTable<RunRow>((effect) => write("row", effect)),
      failures: createFakeTable<FailureRow>((effect) => write("row", effect)),
      requests: createFakeTable<RequestRow>((effect) => write("row", effect)),
      signals: createFakeTable<SignalsRow>((effect) => write("row", effect)),
      seen: createFakeTable<SeenRow>((effect) => write("row", effect)),
    }),
    numbers: createNumbers(createFakeTable((effect) => write("row", effect))),
    announcer: {
      announce: async (event) => write("event", () => void events.push(structuredClone(event))),
    },
    checks: [],
    now: () => new Date(clock.now()),
    log: (line) => write("line", () => void lines.push(line)),
    watch: { minIntervalMs: 10_000, maxIntervalMs: 60_000, stalledAfterMs: 3_600_000 },
  };

  return {
    behaviour,
    dependencies,
    events,
    /** Lines for programs, as they went into the log. */
    lines,
    documents,
    log,
    disks,
    setId,
    get writes() {
      return writes;
    },
    /** The version as Azure has it now. */
    version: () => {
      const version = settled();
      return version === undefined ? undefined : state(version);
    },
    /** Somebody else changes or deletes the version. */
    changeVersion: (change: (body: ImageVersionBody) => ImageVersionBody | undefined) => {
      const version = settled();
      if (version === undefined) throw new Error("there is no version to change");
      const body = change(version.body);
      if (body === undefined) current = undefined;
      else {
        const began = new Map(version.began);
        for (const { name } of body.publishingProfile.targetRegions)
          if (!began.has(regionName(name))) began.set(regionName(name), clock.now());
        current = { body, began };
      }
    },
    /** A version that is there before the run. */
    placeVersion: (body: ImageVersionBody, beganMs: number) => {
      const began = new Map(
        body.publishingProfile.targetRegions.map((r) => [regionName(r.name), beganMs]),
      );
      current = { body: structuredClone(body), began };
    },
  };
}

export type World = ReturnType<typeof createWorld>;
