import {
  createDurableHarness,
  VirtualClock,
  type DurableHarness,
  type HarnessOptions,
} from "../../support/durable-harness";
import * as df from "durable-functions";
import { createActivities } from "../../../src/activities/create-activities";
import { parseRequest, type RequestRules } from "../../../src/domain/request/parse-request";
import type { PublishRequest } from "../../../src/domain/request/publish-request";
import { documentPaths } from "../../../src/domain/run/document-paths";
import {
  fingerprint,
  imageVersionId,
  publicationId,
  watcherId,
} from "../../../src/domain/run/identity";
import type { FailureDocument } from "../../../src/domain/run/records";
import {
  PROMOTE_IMAGE_VERSION,
  PUBLISH_IMAGE_VERSION,
  RECONCILE_PUBLICATION,
  WATCH_REGIONS,
} from "../../../src/orchestrators/names";
import { promoteImageVersion } from "../../../src/orchestrators/promote-image-version";
import {
  publishImageVersion,
  type PublishInput,
} from "../../../src/orchestrators/publish-image-version";
import { reconcilePublication } from "../../../src/orchestrators/reconcile-publication";
import { watchRegions } from "../../../src/orchestrators/watch-regions";
import type { Store } from "../../../src/local/durable-engine/store/store";
import host from "../../../host.json";
import { ALLOWED } from "../../support/request-factory";
import { createWorld, type World } from "./world";

const SOURCE =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myResourceGroup/providers/Microsoft.Compute/images/myImage";

/** A request in wire form: one OS disk and one data disk per region, four distinct sets for two. */
export function wireRequest(regions: string[], more: Record<string, unknown> = {}) {
  return {
    image: {
      subscriptionId: "00000000-0000-0000-0000-000000000000",
      resourceGroup: "MyResourceGroup",
      gallery: "MyGallery",
      definition: "MyImage",
      version: "1.0.0",
      location: "westus",
    },
    source: { managedImage: SOURCE },
    targetRegions: regions.map((name) => ({
      name,
      encryption: {
        osDiskImage: { diskEncryptionSetId: `MyResourceGroup/os-${name}` },
        dataDiskImages: [{ lun: 0, diskEncryptionSetId: `MyResourceGroup/data-${name}` }],
      },
    })),
    ...more,
  };
}

/** When the clock of a scene begins. */
const ADMITTED_AT = "2026-11-24T15:00:00.000Z";

export interface Scene {
  world: World;
  clock: VirtualClock;
  harness: DurableHarness;
  input: PublishInput;
  /** As it is admitted. */
  request: PublishRequest;
  /** Begins the run as admission does: documents and rows are there before. */
  begin(): Promise<void>;
  run(): Promise<{ state: string; failureId?: string }>;
  /** Instance id of one of its watchers, the first is 1. */
  watcher(watch: number): string;
  failure(): FailureDocument;
}

export interface SceneOptions {
  regions?: string[];
  request?: Record<string, unknown>;
  world?: World;
  clock?: VirtualClock;
  store?: Store;
  runId?: string;
  /** Regions beyond those that tests know. */
  additional?: string[];
  timersFireEarlyMs?: number;
  /** What the settings allow, when it isn't the tests' usual. */
  allow?: RequestRules["allow"];
  /** Likewise, of the other rules. */
  rules?: Partial<RequestRules>;
  onOrchestrator?: HarnessOptions["onOrchestrator"];
  /** `defaultVersion` of the host; that of host.json when left out. */
  version?: string;
}

/** A run of the real orchestrators and activities over an in-memory Azure, in virtual time. */
export function createScene(options: SceneOptions = {}): Scene {
  const clock = options.clock ?? new VirtualClock();
  const world = options.world ?? createWorld(clock);
  const raw = wireRequest(options.regions ?? ["westus", "eastus2"], options.request);
  const parsed = parseRequest(raw, {
    additionalRegions: [...ADDITIONAL, ...(options.additional ?? [])],
    maxReplicaCount: 100,
    allow: options.allow ?? ALLOWED,
    resolution: { byRegion: {} },
    vmSourceWithCmk: "reject",
    platformManagedKeys: "reject",
    verificationGroup: "Verifications",
    now: new Date(clock.now()),
    ...options.rules,
  });
  if (parsed.kind !== "valid") throw new Error(JSON.stringify(parsed));
  const { request } = parsed;
  const id = publicationId(request.image);
  const runId = options.runId ?? "run-1";
  const input: PublishInput = {
    publicationId: id,
    runId,
    // Of one request there is one run: another, of the same contents too, is another request's.
    requestId: runId.replace("run", "request"),
    fingerprint: fingerprint(request),
    trigger: "queue",
    accepted: { imageId: imageVersionId(request.image), startedAt: ADMITTED_AT },
  };
  const harness = createDurableHarness({
    register: () => registerApp(world),
    clock,
    defaultVersion: options.version ?? host.extensions.durableTask.defaultVersion,
    ...(options.store === undefined ? {} : { store: options.store }),
    ...(options.onOrchestrator === undefined ? {} : { onOrchestrator: options.onOrchestrator }),
    ...(options.timersFireEarlyMs === undefined
      ? {}
      : { timersFireEarlyMs: options.timersFireEarlyMs }),
  });
  let begunAt = clock.now();
  const begin = async (): Promise<void> => {
    begunAt = clock.now();
    world.documents.set(documentPaths.request(id, input.fingerprint), request);
    await admitted(world, input);
    // A process that goes on with the store of another finds the run, perhaps at its end.
    if ((await harness.status(id)) === undefined)
      await harness.start(PUBLISH_IMAGE_VERSION, { instanceId: id, input });
  };
  return {
    world,
    clock,
    harness,
    input,
    request,
    begin,
    run: async () => {
      await begin();
      const end = await harness.runToEnd(id);
      if (end.runtimeStatus !== "Completed")
        throw new Error(`the run ended ${end.runtimeStatus}: ${JSON.stringify(end.output)}`);
      return end.output as { state: string; failureId?: string };
    },
    watcher: (watch) => watcherId(id, input.runId, begunAt, watch),
    failure: () => {
      const found = [...world.documents].filter(([path]) => path.startsWith("failures/"));
      if (found.length !== 1) throw new Error(`${found.length} failures were recorded`);
      return found[0]?.[1] as FailureDocument;
    },
  };
}

/** Test regions beyond the built-in list, for runs with many. */
export const ADDITIONAL = Array.from({ length: 120 }, (_, index) => `testregion${index}`);

export function registerApp(world: World): void {
  df.app.orchestration(PUBLISH_IMAGE_VERSION, publishImageVersion);
  df.app.orchestration(PROMOTE_IMAGE_VERSION, promoteImageVersion);
  df.app.orchestration(WATCH_REGIONS, watchRegions);
  df.app.orchestration(RECONCILE_PUBLICATION, reconcilePublication);
  for (const [name, handler] of Object.entries(createActivities(world.dependencies)))
    df.app.activity(name, {
      handler: ((input, context) => {
        if (world.behaviour.endsProcess(name)) throw new Error("node exited with code 137 (0x89)");
        return (handler as df.ActivityHandler)(input, context);
      }) satisfies df.ActivityHandler,
    });
}

/** The rows that admission writes; not counted among the run's own writes. */
export async function admitted(world: World, input: PublishInput): Promise<void> {
  const { records } = world.dependencies;
  const { publicationId: id, accepted, ...run } = input;
  const onWrite = world.behaviour.onWrite;
  world.behaviour.onWrite = () => undefined;
  const existing = await records.publication(id);
  const row = { ...run, state: "accepted" as const, startedAt: accepted.startedAt };
  if (existing?.row.runId !== run.runId) {
    await records.reserve(
      { ...row, id, imageId: accepted.imageId, location: "westus", updatedAt: accepted.startedAt },
      existing?.etag,
    );
    await records.beginRun(id, row);
  }
  world.behaviour.onWrite = onWrite;
}
