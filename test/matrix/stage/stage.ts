import { setDefaultCACertificates } from "node:tls";
import { connectAzure, type Azure } from "../../../src/composition";
import { settingsSchema } from "../../../src/config";
import type { LoggedRequest } from "../../../src/local/arm/request-log";
import type { PublicationRow } from "../../../src/domain/run/records";
import { SIGNALLED } from "../../../src/orchestrators/names";
import { createScene, type Scene } from "../../replay/publishing/run";
import { createWorld, type World } from "../../replay/publishing/world";
import { discard, startArm, token, type ArmFixture } from "../../stand-ins/arm/support/arm-fixture";
import { VirtualClock } from "../../support/durable-virtual-clock";
import { ALLOWED, OTHER_SUBSCRIPTION } from "../../support/request-factory";
import type { RequestRules } from "../../../src/domain/request/parse-request";
import type { Moment, Script, Strike } from "../model";
import { IDENTITIES, TENANT, VERIFICATIONS, versionPath, withRights, worldOf } from "./world";

type Json = Record<string, unknown>;

/** A call as the stand-in logged it, with the virtual time at which it came. */
export type Call = LoggedRequest & {
  at: number;
  /** Index of the snapshot that was taken next. */
  look: number;
};

/** What a version looked like at some moment: state and regions, or undefined when there was none. */
export type Snapshot = { state: string; regions: Record<string, string> } | undefined;

/** A version as the stand-in shows it. */
export interface Version {
  id: string;
  tags?: Record<string, string>;
  properties: {
    provisioningState: string;
    publishingProfile: { excludeFromLatest: boolean; targetRegions: TargetRegion[] };
    storageProfile: { source?: { id?: string } };
    safetyProfile: { allowDeletionOfReplicatedLocations: boolean };
    replicationStatus: { summary: { region: string; state: string }[] };
  };
}

export interface TargetRegion {
  name: string;
  regionalReplicaCount: number;
  excludeFromLatest: boolean;
  encryption?: unknown;
}

/** What a run shows of itself. */
interface RunStatus {
  phase?: string;
  /** The wave that awaits approval, the first is 1. */
  awaits?: number;
}

/** A source may lie in another subscription than the gallery. */
const BOTH = { ...ALLOWED, subscriptions: [...ALLOWED.subscriptions, OTHER_SUBSCRIPTION] };

/** Longer than any cell takes; a run that waits for days is a mistake. */
const MAX_VIRTUAL_MS = 24 * 3_600_000;
const OUR_OID = String(IDENTITIES.app["objectId"]);

const tokenOf = (name: keyof typeof IDENTITIES): string => {
  const { objectId, appId } = IDENTITIES[name];
  return token({}, undefined, { oid: String(objectId), appid: String(appId), tid: TENANT });
};

/**
 * One cell's world: the stand-in on the wire, the product's own clients, the durable engine, and one virtual clock
 * for all of them.
 */
export class Stage {
  /** Every call so far, also those of others. */
  readonly calls: Call[] = [];
  /** The version each time nothing went on without the passing of time. */
  readonly snapshots: Snapshot[] = [];
  #scene: Scene | undefined;
  #strikes: Strike[];
  /** Waves that may begin. */
  readonly #approved = new Set<number>();

  private constructor(
    readonly arm: ArmFixture,
    readonly clock: VirtualClock,
    readonly world: World,
    private readonly cell: Script,
    private readonly tokens: Record<keyof typeof IDENTITIES, string>,
    private readonly rules: Partial<RequestRules>,
  ) {
    this.#strikes = [...cell.strikes];
  }

  /**
   * @param rights what the app may do, when it isn't the usual
   * @param rules of requests, likewise
   */
  static async set(
    cell: Script,
    { rights, rules = {} }: { rights?: readonly object[]; rules?: Partial<RequestRules> } = {},
  ): Promise<Stage> {
    const clock = new VirtualClock();
    const world = worldOf(cell.point.world, cell.world);
    const arm = await startArm({
      world: rights === undefined ? world : withRights(world, rights),
      wall: () => clock.now(),
      inMemory: true,
    });
    // The product takes the machine's authorities, as NODE_EXTRA_CA_CERTS adds to them.
    setDefaultCACertificates([arm.ca]);
    const tokens = { app: tokenOf("app"), other: tokenOf("other") };
    const fakes = createWorld(clock);
    const stage = new Stage(arm, clock, fakes, cell, tokens, rules);
    Object.assign(fakes.dependencies, stage.azure, {
      documents: stage.#documents(),
      now: () => new Date(clock.now()),
    });
    return stage;
  }

  /** What the point and the cell ask for, in wire form. */
  get request(): Json {
    return { ...this.cell.point.request, ...this.cell.request };
  }

  /** The scene, with the request of the cell. @throws when the request is refused at the door. */
  get scene(): Scene {
    const { world, clock, request, rules } = this;
    return (this.#scene ??= createScene({ world, clock, request, allow: BOTH, rules }));
  }

  get ours(): Call[] {
    return this.calls.filter(({ caller }) => caller.oid === OUR_OID || caller.oid === undefined);
  }

  /** What is sent at the version, accepted or not. */
  sent(method: "PUT" | "DELETE"): Call[] {
    return this.ours.filter((call) => call.method === method && isThe(call.path));
  }

  /** Azure took it; a reply that is lost on purpose belongs to a PUT that was taken. */
  isTaken({ status, method, caller }: Call): boolean {
    const lost = status === 0 && method === "PUT" && caller.oid !== undefined;
    return (status >= 200 && status < 300) || (lost && this.cell.point.key === "lostReply");
  }

  /** A call of somebody else. */
  async call(method: string, path: string, body?: unknown) {
    const headers = { authorization: `Bearer ${this.tokens.other}` };
    return await this.arm.call(method, path, body, headers);
  }

  /** The publication's row: its last run. */
  async row(): Promise<PublicationRow | undefined> {
    return (await this.world.dependencies.records.publication(this.scene.input.publicationId))?.row;
  }

  /** The run, from its admission to its end. */
  async perform(): Promise<{ state: string }> {
    for (const fault of this.cell.point.faults) await this.#fault(fault);
    await this.#strike("start");
    await this.scene.begin();
    return (await this.toTheEnd()) as { state: string };
  }

  /** Another orchestration of the same version, after the run. */
  async further(name: string, input: unknown): Promise<unknown> {
    const instanceId = this.scene.input.publicationId;
    await this.scene.harness.start(name, { instanceId, input });
    return await this.toTheEnd();
  }

  private async toTheEnd(): Promise<unknown> {
    const { scene, clock } = this;
    const id = scene.input.publicationId;
    const end = clock.now() + MAX_VIRTUAL_MS;
    for (;;) {
      await scene.harness.runUntilIdle();
      await this.#look();
      const status = await scene.harness.status(id);
      if (status?.runtimeStatus === "Completed") return status.output;
      const { phase, awaits = 0 } = (status?.customStatus ?? {}) as RunStatus;
      if (phase === "verifying") await this.#strike("verifying");
      // It is shown until the wave is written, also while that waits.
      if (phase === "awaitingApproval" && !this.#approved.has(awaits)) {
        await this.#strike("awaiting");
        await this.#approve(awaits);
        continue;
      }
      const next = clock.nextTimer;
      if (next === undefined || next > end)
        throw new Error(`the run doesn't end: ${JSON.stringify(status)}`);
      await this.#strike({ puts: this.sent("PUT").length });
      await this.#strike({ deletes: this.sent("DELETE").length });
      clock.advanceTo(next);
    }
  }

  /** Somebody lets a wave begin. */
  async #approve(wave: number): Promise<void> {
    const { scene, world, clock } = this;
    this.#approved.add(wave);
    const { publicationId, runId } = scene.input;
    await world.dependencies.records.signal(publicationId, {
      runId,
      about: `wave-${wave - 1}`,
      decision: "approve",
      who: "Ada",
      why: "it is fine",
      at: new Date(clock.now()).toISOString(),
    });
    await scene.harness.raiseEvent(publicationId, SIGNALLED, {});
  }

  /** Lets what Azure has begun come to its end. */
  async settle(): Promise<void> {
    await this.arm.control("DELETE", "/faults");
    this.clock.advanceTo(this.clock.now() + 600_000);
    await this.#look();
  }

  async close(): Promise<void> {
    await this.#scene?.harness.stop();
    await this.arm.stop();
    discard(this.arm);
  }

  async #look(): Promise<void> {
    const after = this.calls.at(-1)?.number ?? 0;
    const { requests } = (await this.arm.control("GET", `/requests?after=${after}`)) as {
      requests: LoggedRequest[];
    };
    this.calls.push(
      ...requests.map((request) => ({
        ...request,
        at: this.clock.now(),
        look: this.snapshots.length,
      })),
    );
    this.snapshots.push(await this.#snapshot());
  }

  /** Every version that the stand-in has, from its own state and by no call of Azure's. */
  async versions(): Promise<Version[]> {
    const { versions } = (await this.arm.control("GET", "/versions")) as { versions: Version[] };
    return versions;
  }

  async #snapshot(): Promise<Snapshot> {
    const found = (await this.versions()).find(({ id }) => isThe(id));
    if (found === undefined) return undefined;
    const { provisioningState: state, replicationStatus } = found.properties;
    const regions = replicationStatus.summary.map(({ region, state }) => [region, state]);
    return { state, regions: Object.fromEntries(regions) as Record<string, string> };
  }

  async #strike(moment: Moment): Promise<void> {
    const due = this.#strikes.filter((strike) => isAt(strike.moment, moment));
    this.#strikes = this.#strikes.filter((strike) => !due.includes(strike));
    for (const { faults = [], act } of due) {
      for (const fault of faults) await this.#fault(fault);
      await act?.(this);
    }
  }

  async #fault(fault: object): Promise<void> {
    const answer = (await this.arm.control("POST", "/faults", fault)) as { error?: string };
    if (answer.error !== undefined) throw new Error(`${answer.error}: ${JSON.stringify(fault)}`);
  }

  /** Tells when the plan is made: nothing waits for a timer between it and the first write. */
  #documents(): World["dependencies"]["documents"] {
    const { documents } = this.world.dependencies;
    return {
      read: (path) => documents.read(path),
      write: async (path, value) => {
        await documents.write(path, value);
        if (path.endsWith("/plan.json")) await this.#strike("planned");
      },
    };
  }

  /** Resource Manager, as the app reaches it. */
  get azure(): Azure {
    const settings = settingsSchema.parse({
      ARM_ENDPOINT: this.arm.server.url,
      VERIFICATION_RESOURCE_GROUP: VERIFICATIONS,
      STORAGE_TABLE_ENDPOINT: "https://127.0.0.1/",
      STORAGE_BLOB_ENDPOINT: "https://127.0.0.1/",
      ALLOWED_SUBSCRIPTIONS: ALLOWED.subscriptions.join(),
      ALLOWED_GALLERIES: ALLOWED.galleries.join(),
      ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS: ALLOWED.diskEncryptionSetSubscriptions.join(),
    });
    return connectAzure(settings, {
      getToken: async () => ({
        token: this.tokens.app,
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    });
  }
}

const isThe = (id: string): boolean => id.toLowerCase() === versionPath().toLowerCase();

const isAt = (wanted: Moment, now: Moment): boolean =>
  typeof wanted === "string" || typeof now === "string"
    ? wanted === now
    : JSON.stringify(wanted) === JSON.stringify(now);
