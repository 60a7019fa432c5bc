import type { Timer } from "@azure/functions";
import { OrchestrationRuntimeStatus } from "durable-functions";
import type { ActivityDependencies } from "../../../src/activities/dependencies";
import { recordFailure } from "../../../src/activities/record-failure";
import type { PublishRequest } from "../../../src/domain/request/publish-request";
import { documentPaths } from "../../../src/domain/run/document-paths";
import { publicationId } from "../../../src/domain/run/identity";
import {
  heldNumber,
  holdsNumber,
  type HeldNumber,
  type ReservationRow,
} from "../../../src/domain/run/numbers";
import { admit } from "../../../src/functions/admit";
import { reconcile } from "../../../src/functions/reconcile";
import { redriveFailure } from "../../../src/functions/redrive-failure";
import type { PublishInput } from "../../../src/orchestrators/publish-image-version";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { Interleaving } from "../../support/interleaving";
import { randomFrom } from "../../support/random-from";
import { accepted, imageBy, managedImageExample } from "../../support/request-factory";

const { image: IMAGE } = accepted(managedImageExample());
const VERSIONS = ["1.0.0", "1.0.1", "1.0.2", "1.0.3"];
const TABLE = ["get", "insert", "replace", "upsert", "remove", "list", "changeTogether"] as const;
const HOUR = 3_600_000;

type Run = PublishInput & { version: string };
/** What a run was begun for: a strategy's number, or a version by its name. */
type Begun = Run & { held: HeldNumber | undefined };

/** An app whose calls to the outside are steps, at each of which its invocation may be killed. */
class World {
  readonly app: FakeFunctionApp = createFakeFunctionApp();
  readonly steps = new Interleaving();
  /** Reservations as the table has them, by their request. */
  readonly reservations = new Map<string, ReservationRow>();
  /** Who has told Azure to make a version, by its number. */
  readonly writers = new Map<string, HeldNumber | undefined>();
  /** What must never be; the product catches what is thrown. */
  readonly faults: string[] = [];
  readonly #ending = new Set<string>();
  readonly lost = new Set<string>();
  kills = 0;
  /** One call in so many is the last of its invocation; none while it is 0. */
  killOneIn = 0;

  constructor(readonly below: (below: number) => number) {
    const { app } = this;
    app.dependencies.dryRun = async () => ({
      plan: { kind: "nothingToDo", waves: [], difference: [], targetRegions: [], remarks: [] },
      summary: [],
      bodies: [],
      calls: { reads: 1, writes: 1 },
    });
    this.#watch();
    this.#outside(app.dependencies.documents, ["write"]);
    for (const table of [...Object.values(app.records.tables), app.numbers.table])
      this.#outside(table, TABLE);
    this.#outside(app.durable.client, ["getStatus", "startNew"]);
    this.#outside(app.dependencies, ["takenNumbers"]);
  }

  /** Looks at each change of the numbers as it takes effect. */
  #watch(): void {
    const { table } = this.app.numbers;
    const { changeTogether } = { changeTogether: table.changeTogether.bind(table) };
    table.changeTogether = async (partition, changes) => {
      if (!(await changeTogether(partition, changes))) return false;
      for (const change of changes) {
        const row = "insert" in change ? change.insert : "replace" in change && change.replace;
        if (row !== false && "state" in row) this.#check(row as ReservationRow);
      }
      return true;
    };
  }

  #check(row: ReservationRow): void {
    const before = this.reservations.get(row.requestId);
    this.reservations.set(row.requestId, row);
    if (!holdsNumber(row)) return;
    const holders = [...this.reservations.values()].filter(
      (one) => one.version === row.version && holdsNumber(one),
    );
    for (const { requestId } of holders)
      if (requestId !== row.requestId)
        this.faults.push(`${row.version} is ${requestId}'s and ${row.requestId}'s`);
    const isGiven = before === undefined || !holdsNumber(before) || before.version !== row.version;
    const writer = this.writers.get(row.version);
    if (isGiven && writer !== undefined)
      this.faults.push(
        `${row.version} is given to ${row.requestId}, and ${writer.requestId} wrote it`,
      );
  }

  #outside<T extends object>(target: T, names: readonly (keyof T)[]): void {
    for (const name of names) {
      const call = target[name] as (...parameters: unknown[]) => unknown;
      const mayKill = (): void => {
        if (this.killOneIn === 0 || this.below(this.killOneIn) > 0) return;
        this.kills++;
        throw new Error("killed");
      };
      target[name] = (async (...parameters: unknown[]) => {
        mayKill();
        const result: unknown = await call.apply(target, parameters);
        mayKill();
        return result;
      }) as T[keyof T];
    }
    this.steps.gate(target, names);
  }

  deliver(raw: unknown) {
    const { dependencies, durable } = this.app;
    const arrival = { raw, trigger: "queue" as const, fallbackRequestId: "m" };
    return admit(dependencies, durable.client, arrival);
  }

  async redriveSome(): Promise<void> {
    const { rows } = await this.app.records.failures({});
    const id = rows[this.below(Math.max(1, rows.length))]?.id;
    if (id === undefined) return;
    const body = JSON.stringify({ who: "Ada", why: "mended" });
    const request = httpRequest(`failures/${id}/redrive`, { method: "POST", body, params: { id } });
    const { dependencies, durable } = this.app;
    await redriveFailure(dependencies)(request, durable.client, invocation());
  }

  tick(): Promise<void> {
    const { dependencies, durable } = this.app;
    return reconcile(dependencies, 600_000)({} as Timer, durable.client, invocation());
  }

  async begun(): Promise<Begun[]> {
    const runs = this.app.durable.started.map(({ input }) => input as PublishInput);
    return Promise.all(runs.filter(({ accepted: at }) => at !== undefined).map(this.#asked));
  }

  readonly #asked = async (run: PublishInput): Promise<Begun> => {
    const path = documentPaths.request(run.publicationId, run.fingerprint);
    const request = await this.app.documents.read<PublishRequest>(path);
    if (request === undefined) throw new Error("a run was begun without its request");
    return { ...run, version: request.image.version, held: heldNumber(request) };
  };

  /** One of the runs that go on writes or doesn't, and is recorded, or lost. */
  async endSome(how: "rejected" | "failed" | "lost"): Promise<void> {
    const going = [...this.app.durable.instances].filter(
      ([id, { runtimeStatus }]) =>
        runtimeStatus === OrchestrationRuntimeStatus.Running && !this.#ending.has(id),
    );
    const [id, instance] = going[this.below(Math.max(1, going.length))] ?? [];
    if (id === undefined) return;
    this.#ending.add(id);
    const { ended, ...input } = instance?.input as PublishInput & { ended?: PublishInput };
    const run = await this.#asked(ended ?? input);
    // A delivery that stands still, right before the start, for as long as a whole run takes starts that once more. Not the
    // numbers are what holds against that: such a run writes nothing here.
    const isRepeated = this.#recorded.has(run.runId);
    if (how !== "rejected" && ended === undefined && !isRepeated) this.#write(run);
    // What a run knows that was lost and started again, and who mends it: what it has written before.
    const written = this.#wrote.has(run.runId);
    if (how === "lost") this.lost.add(run.runId);
    if (how !== "lost" || ended !== undefined) {
      await this.#record(run, written);
      this.#recorded.add(run.runId);
    }
    this.app.durable.end(id);
    this.#ending.delete(id);
  }

  readonly #recorded = new Set<string>();
  readonly #wrote = new Set<string>();
  #write({ version, held, runId }: Begun): void {
    this.#wrote.add(runId);
    this.app.inAzure.add(version);
    if (held !== undefined) this.writers.set(version, held);
  }

  /** As often as it takes: an activity whose process was killed is repeated. */
  async #record({ held: _held, version: _version, ...run }: Begun, written: boolean) {
    const activity = recordFailure({ ...this.app.dependencies } as unknown as ActivityDependencies);
    const endedAt = this.app.dependencies.now().toISOString();
    const state = written ? ("failed" as const) : ("rejected" as const);
    const end = { ...run, state, written, problems: [], regions: [], undone: [], endedAt };
    while (
      !(await activity({ ...end, startedAt: "2026-11-24T12:00:00.000Z" }).then(
        () => true,
        () => false,
      ))
    );
  }
}

const by = (requestId: string, contents: number) =>
  managedImageExample({
    ...{ requestId, image: imageBy("nextPatch"), replicaCount: contents + 1 },
  });

/** What an actor does, in the shares of a bad day. */
async function actSome(world: World, contents: readonly number[]): Promise<void> {
  const chosen = world.below(20);
  if (chosen < 9) {
    const id = world.below(contents.length);
    await world.deliver(by(`r${id}`, contents[id] ?? 0));
  } else if (chosen < 11) {
    const version = VERSIONS[world.below(VERSIONS.length)] ?? "";
    const image = { ...(managedImageExample()["image"] as object), version };
    const requestId = `named-${world.below(100)}`;
    await world.deliver(managedImageExample({ requestId, image }));
  } else if (chosen < 15) {
    const how = (["rejected", "rejected", "failed", "lost"] as const)[world.below(4)];
    await world.endSome(how ?? "rejected");
  } else if (chosen < 18) await world.redriveSome();
  else if (chosen < 19) await world.tick();
  else world.app.inAzure.add(VERSIONS[world.below(VERSIONS.length)] ?? "");
}

/** What is left goes to its end, undisturbed. */
async function comeToRest(world: World): Promise<void> {
  world.killOneIn = 0;
  for (let looks = 0; looks < 4; looks++) {
    for (let runs = 0; runs < 30; runs++) await world.endSome("rejected");
    world.app.pass(HOUR);
    await world.tick();
  }
}

/** A reservation that holds its number has a run that may have written, and a number that is held has one. */
async function expectNoneIsLost({ app, reservations }: World): Promise<void> {
  for (const { state, version } of reservations.values()) {
    expect(state).not.toBe("reserved");
    if (state !== "started") continue;
    const runs = await app.records.runs(publicationId({ ...IMAGE, version }));
    // Runs of others were perhaps not recorded when its own was: it was kept to be sure.
    const contents = new Set(runs.map((run) => run.fingerprint));
    expect(contents.size > 1 || runs.some((run) => run.state !== "rejected")).toBe(true);
  }
  const held: string[] = [];
  for await (const { value } of app.numbers.table.scan("version ge '0'"))
    if (!("state" in value)) held.push(`${value.version} ${value.requestId}`);
  const holding = [...reservations.values()].filter(holdsNumber);
  expect(held.sort()).toEqual(holding.map((row) => `${row.version} ${row.requestId}`).sort());
}

/** One run of the same contents under the same id, beside redrives, and beside one that was lost without a record. */
async function expectOneRunEach(world: World): Promise<void> {
  const runs = new Map<string, Set<string>>();
  for (const { held, requestId, runId } of await world.begun()) {
    if (held?.requestId !== requestId || world.lost.has(runId)) continue;
    const asked = `${requestId} ${held.fingerprint}`;
    runs.set(asked, new Set([...(runs.get(asked) ?? []), runId]));
  }
  for (const ids of runs.values()) expect(ids.size).toBe(1);
}

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);

test("whatever is killed, ended, redriven and sent again in whatever order, a number is one request's, and none is lost", async () => {
  let [kills, runs] = [0, 0];
  for (const seed of SEEDS) {
    const world = new World(randomFrom(seed));
    const contents = Array.from({ length: 5 }, () => 0);
    for (let round = 0; round < 5; round++) {
      world.killOneIn = 60;
      const actors = Array.from({ length: 6 }, () => async () => {
        for (let acts = 0; acts < 3; acts++)
          await actSome(world, contents).catch((error: unknown) => {
            if (!/killed|tr(y|ied) again/.test(String(error))) throw error;
          });
      });
      await world.steps.run(actors, () => world.below(actors.length));
      world.killOneIn = 0;
      world.app.pass(world.below(45) * 60_000);
      // Somebody mends a request, and sends it under its id.
      const id = world.below(contents.length);
      contents[id] = (contents[id] ?? 0) + world.below(2);
    }
    await comeToRest(world);
    expect(world.faults).toEqual([]);
    await expectNoneIsLost(world);
    await expectOneRunEach(world);
    kills += world.kills;
    runs += (await world.begun()).length;
  }
  expect(kills).toBeGreaterThan(100);
  expect(runs).toBeGreaterThan(200);
});

test("fifty requests at once, of which one is rejected and some are killed, have fifty numbers once each has come to its end", async () => {
  for (const seed of [1, 2, 3]) {
    const world = new World(randomFrom(seed));
    world.killOneIn = 100;
    const names = Array.from({ length: 50 }, (_, index) => `request-${index}`);
    const deliver = (name: string) => async () =>
      void (await world.deliver(by(name, 0)).catch(() => undefined));
    const actors = [...names.map(deliver), () => world.endSome("rejected")];
    await world.steps.run(actors, () => world.below(actors.length));
    expect(world.kills).toBeGreaterThan(0);
    world.killOneIn = 0;
    const told = [];
    for (const name of names) told.push(await world.deliver(by(name, 0)));
    const running = told.filter(({ kind }) => kind === "accepted" || kind === "joined");
    expect(running).toHaveLength(50);
    const begun = await world.begun();
    expect(new Set(begun.map(({ requestId }) => requestId)).size).toBe(50);
    expect(begun).toHaveLength(50);
    const holding = [...world.reservations.values()].filter(holdsNumber);
    expect(world.faults).toEqual([]);
    expect(holding.length).toBeGreaterThanOrEqual(49);
  }
});
