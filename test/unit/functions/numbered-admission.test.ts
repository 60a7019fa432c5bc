import { createHash } from "node:crypto";
import type { Timer } from "@azure/functions";
import { recordFailure, type RecordFailureInput } from "../../../src/activities/record-failure";
import type { ActivityDependencies } from "../../../src/activities/dependencies";
import type { PublishInput } from "../../../src/orchestrators/publish-image-version";
import { admit, type Admission, type Arrival } from "../../../src/functions/admit";
import { publishFromQueue } from "../../../src/functions/publish-from-queue";
import { publishOverHttp } from "../../../src/functions/publish-over-http";
import { reconcile } from "../../../src/functions/reconcile";
import { redriveFailure } from "../../../src/functions/redrive-failure";
import type { ReconcileInput } from "../../../src/domain/run/ended-run";
import { publicationId } from "../../../src/domain/run/identity";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  readAnswer,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { Interleaving } from "../../support/interleaving";
import { randomFrom } from "../../support/random-from";
import { accepted, imageBy, managedImageExample } from "../../support/request-factory";

const NAMED = accepted(managedImageExample());
const by = (requestId: string, change: Record<string, unknown> = {}) =>
  managedImageExample({ requestId, image: imageBy("nextPatch"), ...change });
const arrive = (
  app: FakeFunctionApp,
  raw: unknown,
  change: Partial<Arrival> = {},
): Promise<Admission> =>
  admit(app.dependencies, app.durable.client, {
    raw,
    trigger: "queue",
    fallbackRequestId: "message-1",
    ...change,
  });
const idOf = (version: string): string => publicationId({ ...NAMED.image, version });

/** Runs by their request, with the version that each is about. */
const startedRuns = (app: FakeFunctionApp): string[] =>
  app.durable.started.map(({ input }) => {
    const { requestId, accepted: facts } = input as PublishInput;
    return `${requestId} ${facts.imageId.split("/").at(-1)}`;
  });

/** The end of a run, without a write unless it is said, as its last activity records it. */
const recordEnd = (
  app: FakeFunctionApp,
  input: PublishInput,
  change: Partial<RecordFailureInput> = {},
): Promise<{ failureId: string }> =>
  recordFailure({ ...app.dependencies } as unknown as ActivityDependencies)({
    ...input,
    state: "rejected",
    written: false,
    problems: [],
    regions: [],
    undone: [],
    startedAt: "2026-11-24T12:00:00.000Z",
    endedAt: app.dependencies.now().toISOString(),
    ...change,
  });

/** The newest run of a version ends. */
async function endUnwritten(
  app: FakeFunctionApp,
  version: string,
  change: Partial<RecordFailureInput> = {},
): Promise<string> {
  const { input } =
    app.durable.started.findLast(({ instanceId }) => instanceId === idOf(version)) ?? {};
  const { failureId } = await recordEnd(app, input as PublishInput, change);
  app.durable.end(idOf(version));
  return failureId;
}

/** A run has begun, and its reservation doesn't say so. */
async function noteAsBefore(app: FakeFunctionApp, requestId: string): Promise<void> {
  const { table } = app.numbers;
  const value = { ...(await reservationOf(app, requestId)), state: "reserved" as const };
  for (const [partition, key] of await rowKeys(table, requestId))
    await table.upsert(partition, key, value);
}

/** The number that a run has freed is kept for its request, as though nobody had freed it. */
async function keepAgain(app: FakeFunctionApp, requestId: string): Promise<void> {
  const row = { ...(await reservationOf(app, requestId)), state: "reserved" as const };
  await app.numbers.reserve(NAMED.image, row, await app.numbers.of(NAMED.image, requestId));
}

async function rowKeys(
  table: FakeFunctionApp["numbers"]["table"],
  requestId: string,
): Promise<[string, string][]> {
  const key = `request-${createHash("sha256").update(requestId).digest("hex")}`;
  const keys: [string, string][] = [];
  for await (const { partition, value } of table.scan(`requestId eq '${requestId}'`))
    if ("state" in value) keys.push([partition, key]);
  return keys;
}

const dryRun = async (app: FakeFunctionApp, raw: unknown, headers: Record<string, string> = {}) =>
  readAnswer(
    await publishOverHttp(app.dependencies)(
      httpRequest("publications?dryRun=true", {
        method: "POST",
        body: JSON.stringify(raw),
        headers: { "content-type": "application/json", ...headers },
      }),
      app.durable.client,
      invocation(),
    ),
  );

const redrive = async (app: FakeFunctionApp, id: string) =>
  readAnswer(
    await redriveFailure(app.dependencies)(
      httpRequest(`failures/${id}/redrive`, {
        method: "POST",
        body: JSON.stringify({ who: "Ada", why: "the key is granted" }),
        params: { id },
      }),
      app.durable.client,
      invocation(),
    ),
  );

/** With a plan for whatever is redriven. */
function createApp(): FakeFunctionApp {
  const app = createFakeFunctionApp();
  app.dependencies.dryRun = async () => ({
    plan: { kind: "nothingToDo", waves: [], difference: [], targetRegions: [], remarks: [] },
    summary: [],
    bodies: [],
    calls: { reads: 1, writes: 1 },
  });
  return app;
}

test("a request that lets its version be numbered gets the number after those that Azure has", async () => {
  const app = createFakeFunctionApp();
  app.inAzure.add("1.0.0").add("1.4.7").add("1.4.1");
  expect(await arrive(app, by("a"))).toEqual({
    kind: "accepted",
    publicationId: idOf("1.4.8"),
    runId: "run-1",
    requestId: "a",
    version: "1.4.8",
  });
  expect((await app.records.publication(idOf("1.4.8")))?.row).toMatchObject({
    strategy: "nextPatch",
  });
  expect(await app.records.runs(idOf("1.4.8"))).toMatchObject([{ strategy: "nextPatch" }]);
  expect(app.durable.started).toMatchObject([{ input: { accepted: { strategy: "nextPatch" } } }]);
});

test("fifty requests at once get fifty different numbers, and each one run", async () => {
  const app = createFakeFunctionApp();
  app.inAzure.add("1.0.0");
  const names = Array.from({ length: 50 }, (_, index) => `request-${index}`);
  const admissions = await Promise.all(names.map((name) => arrive(app, by(name))));
  const versions = admissions.map((one) => ("version" in one ? one.version : one.kind));
  expect(new Set(versions)).toEqual(
    new Set(Array.from({ length: 50 }, (_, index) => `1.0.${index + 1}`)),
  );
  expect(startedRuns(app).sort()).toEqual(
    names.map((name, index) => `${name} ${versions[index]}`).sort(),
  );
});

test("the same request id gets the same number, by whichever way and however often it comes", async () => {
  const app = createFakeFunctionApp();
  const first = await arrive(app, by("a"));
  app.pass(60_000);
  app.inAzure.add("1.0.0");
  const again = [
    await arrive(app, by("a")),
    await arrive(app, by("a"), { trigger: "http" }),
    await arrive(app, managedImageExample({ image: imageBy("nextPatch") }), {
      fallbackRequestId: "a",
    }),
  ];
  for (const one of again) expect(one).toEqual({ ...first, kind: "joined", state: "accepted" });
  expect(startedRuns(app)).toEqual(["a 1.0.0"]);
});

test("two requests of the same contents are two, also when the first one's row was left without a run", async () => {
  const app = createFakeFunctionApp();
  app.away.add("startNew");
  await expect(arrive(app, by("a"))).rejects.toThrow();
  app.away.clear();
  app.pass(3_600_000);
  expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.1" });
  expect(await arrive(app, by("a"))).toMatchObject({ version: "1.0.0" });
  expect(startedRuns(app)).toEqual(["b 1.0.1", "a 1.0.0"]);
});

test("other contents under the id of a request that has a number are refused, and nothing is started", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, by("a"));
  for (const change of [{ replicaCount: 7 }, { image: imageBy("nextMinor") }])
    expect(await arrive(app, by("a", change))).toMatchObject({
      kind: "invalid",
      problems: [{ path: "$.requestId", code: "RequestIdTaken" }],
    });
  expect(startedRuns(app)).toEqual(["a 1.0.0"]);
});

test("a request that names another version asks for no number: its id may have one", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, by("a"));
  const named = managedImageExample({
    requestId: "a",
    image: { ...NAMED.image, version: "9.9.9" },
  });
  expect(await arrive(app, named)).toMatchObject({ kind: "accepted" });
  expect(await arrive(app, by("a"))).toMatchObject({ kind: "joined", version: "1.0.0" });
  expect(startedRuns(app)).toEqual(["a 1.0.0", "a 9.9.9"]);
});

test("a version that somebody publishes by its name is passed over", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, managedImageExample({ requestId: "named" }));
  expect(await arrive(app, by("a"))).toMatchObject({ kind: "accepted", version: "1.0.1" });
  expect(await arrive(app, by("b"))).toMatchObject({ kind: "accepted", version: "1.0.2" });
  expect(await arrive(app, by("a"))).toMatchObject({ kind: "joined", version: "1.0.1" });
});

test("a number whose run wrote nothing is the next request's, and its own request has its answer", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, by("a"));
  await endUnwritten(app, "1.0.0");
  expect(await arrive(app, by("b"))).toMatchObject({ kind: "accepted", version: "1.0.0" });
  expect(await arrive(app, by("a"))).toMatchObject({
    kind: "joined",
    runId: "run-1",
    state: "rejected",
    version: "1.0.0",
  });
  expect(startedRuns(app)).toEqual(["a 1.0.0", "b 1.0.0"]);
});

test.each<[string, Partial<RecordFailureInput>]>([
  ["may have been written", { state: "failed", written: true }],
  ["was to be taken into latest", { action: "promote" }],
])("the number of a version that %s stays taken", async (_what, change) => {
  const app = createFakeFunctionApp();
  await arrive(app, by("a"));
  await endUnwritten(app, "1.0.0", change);
  expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.1" });
});

test.each<[string, Partial<RecordFailureInput>]>([
  ["was rejected", {}],
  ["was cancelled before its first write", { state: "cancelled" }],
  ["failed before its first write", { state: "failed" }],
])("a number whose run %s is free again when the next one's was, too", async (_how, change) => {
  const app = createFakeFunctionApp();
  await arrive(app, by("a"));
  await endUnwritten(app, "1.0.0", change);
  expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.0" });
  await endUnwritten(app, "1.0.0");
  expect(await arrive(app, by("c"))).toMatchObject({ version: "1.0.0" });
});

test("a run whose row doesn't tell whether it wrote may have, unless it was rejected", async () => {
  const app = createFakeFunctionApp();
  const { records } = app.dependencies;
  const runs = records.runs.bind(records);
  await arrive(app, by("a"));
  await endUnwritten(app, "1.0.0", { state: "cancelled" });
  app.dependencies.records.runs = async (id) =>
    (await runs(id)).map(({ wrote: _wrote, ...row }) => row);
  await arrive(app, by("b"));
  await endUnwritten(app, "1.0.0");
  expect(await arrive(app, by("c"))).toMatchObject({ version: "1.0.1" });
});

test("a request that was rejected and mended may come under its id again", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, by("a"));
  await endUnwritten(app, "1.0.0");
  expect(await arrive(app, by("a", { replicaCount: 7 }))).toMatchObject({
    kind: "accepted",
    version: "1.0.0",
  });
});

describe("other contents under the id of a request whose run wrote nothing", () => {
  /** The first contents' number is free, and another request has it. */
  async function takenMeanwhile(): Promise<FakeFunctionApp> {
    const app = createFakeFunctionApp();
    await arrive(app, by("a"));
    await endUnwritten(app, "1.0.0");
    await arrive(app, by("b"));
    return app;
  }

  it("get a number of their own, whether the other request's run goes on or has ended", async () => {
    const mended = by("a", { replicaCount: 7 });
    for (const hasEnded of [false, true]) {
      const app = await takenMeanwhile();
      if (hasEnded) await endUnwritten(app, "1.0.0", { state: "failed", written: true });
      expect(await dryRun(app, mended)).toMatchObject({ body: { version: { number: "1.0.1" } } });
      const told = { kind: "accepted", version: "1.0.1" };
      expect(await arrive(app, mended)).toMatchObject(told);
      expect(await arrive(app, mended)).toMatchObject({ ...told, kind: "joined" });
      expect(startedRuns(app)).toEqual(["a 1.0.0", "b 1.0.0", "a 1.0.1"]);
    }
  });

  it("keep their number when the end of the first contents' run is recorded once more", async () => {
    const app = createFakeFunctionApp();
    await arrive(app, by("a"));
    const [first] = app.durable.started;
    app.away.add("publications");
    await expect(endUnwritten(app, "1.0.0")).rejects.toThrow();
    app.away.clear();
    app.durable.end(idOf("1.0.0"));
    app.pass(60_000);
    app.away.add("runs");
    await expect(arrive(app, by("a", { replicaCount: 7 }))).rejects.toThrow();
    app.away.clear();
    await recordEnd(app, first?.input as PublishInput);
    expect(await reservationOf(app, "a")).toMatchObject({ version: "1.0.0", state: "started" });
    expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.1" });
  });

  it("aren't written over by a redrive of the first ones", async () => {
    for (const version of ["1.0.0", "1.0.1"]) {
      const app = createApp();
      await arrive(app, by("a"));
      const failure = await endUnwritten(app, "1.0.0");
      if (version !== "1.0.0") await arrive(app, by("b"));
      app.pass(1_000);
      expect(await arrive(app, by("a", { replicaCount: 7 }))).toMatchObject({ version });
      app.durable.end(idOf(version));
      await endUnwritten(app, version, { state: "failed", written: true });
      if (version !== "1.0.0") app.durable.end(idOf("1.0.0"));
      expect(await redrive(app, failure)).toMatchObject({
        ...{ status: 422, body: { problems: [{ code: "VersionNumberGone" }] } },
      });
    }
  });
});

test("a number that was freed, and whose run isn't recorded, is taken to no other run", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, by("a"));
  app.away.add("publications");
  await expect(endUnwritten(app, "1.0.0")).rejects.toThrow();
  app.away.clear();
  // Its orchestration is lost, and another request has taken the version over, and has published it.
  app.durable.end(idOf("1.0.0"));
  app.pass(60_000);
  expect(await arrive(app, by("b"))).toMatchObject({ kind: "accepted", version: "1.0.0" });
  await endUnwritten(app, "1.0.0", { state: "failed", written: true });
  expect(await arrive(app, by("a"))).toMatchObject({ kind: "conflict", version: "1.0.0" });
  expect(startedRuns(app)).toEqual(["a 1.0.0", "b 1.0.0"]);
  expect((await app.records.publication(idOf("1.0.0")))?.row).toMatchObject({
    ...{ requestId: "b", state: "failed" },
  });
});

describe("a number that was reserved, and whose version somebody else has made since", () => {
  async function reservedOnly(): Promise<FakeFunctionApp> {
    const app = createFakeFunctionApp();
    app.away.add("documents");
    await expect(arrive(app, by("a"))).rejects.toThrow();
    app.away.clear();
    return app;
  }

  it("isn't begun: the request gets the next when it comes again, and the number isn't kept", async () => {
    const app = await reservedOnly();
    app.inAzure.add("1.0.0");
    expect(await dryRun(app, by("a"))).toMatchObject({ body: { version: { number: "1.0.1" } } });
    expect(await arrive(app, by("a"))).toMatchObject({ kind: "accepted", version: "1.0.1" });
    expect(await arrive(app, by("a"))).toMatchObject({ kind: "joined", version: "1.0.1" });
    app.inAzure.clear();
    expect(await arrive(app, by("b", { image: imageBy("nextPatch", "1.0") }))).toMatchObject({
      version: "1.0.2",
    });
  });

  it("stays the request's when its own run can have made it, also where that wasn't noted", async () => {
    const app = createFakeFunctionApp();
    await arrive(app, by("a"));
    app.inAzure.add("1.0.0");
    await noteAsBefore(app, "a");
    expect(await arrive(app, by("a"))).toMatchObject({ kind: "joined", version: "1.0.0" });
    expect(startedRuns(app)).toEqual(["a 1.0.0"]);
  });

  it.each(["rejected" as const, "cancelled" as const])(
    "isn't the request's when its own run ended %s before its first write, also where that wasn't noted",
    async (state) => {
      const app = createFakeFunctionApp();
      await arrive(app, by("a"));
      await endUnwritten(app, "1.0.0", { state });
      await keepAgain(app, "a");
      app.inAzure.add("1.0.0");
      expect(await arrive(app, by("a"))).toMatchObject({ kind: "accepted", version: "1.0.1" });
    },
  );

  it("costs no look at Azure where a run has begun", async () => {
    const app = createFakeFunctionApp();
    await arrive(app, by("a"));
    app.away.add("resourceManager");
    expect(await arrive(app, by("a"))).toMatchObject({ kind: "joined", version: "1.0.0" });
  });
});

test("a part at its end is told as a problem, and nothing is kept", async () => {
  const app = createFakeFunctionApp();
  app.inAzure.add("1.0.2147483647");
  expect(await arrive(app, by("a"))).toMatchObject({
    kind: "invalid",
    problems: [{ path: "$.image.version", code: "NoVersionNumberLeft" }],
  });
  expect(await arrive(app, by("a", { image: imageBy("nextMinor") }))).toMatchObject({
    version: "1.1.0",
  });
});

test("while Azure doesn't answer the request is to come again; what it refuses to tell is a problem", async () => {
  const app = createFakeFunctionApp();
  app.away.add("resourceManager");
  await expect(arrive(app, by("a"))).rejects.toThrow("resourceManager is away");
  app.away.clear();
  app.dependencies.takenNumbers = async () => ({
    kind: "refused",
    fault: { code: "AuthorizationFailed", advice: "operator", message: "no", action: "grant it" },
  });
  expect(await arrive(app, by("a"))).toMatchObject({
    kind: "invalid",
    problems: [
      { code: "VersionNumbersUnknown", message: expect.stringContaining("Authorization") },
    ],
  });
  expect(app.durable.started).toEqual([]);
});

const OUTSIDE = ["get", "insert", "replace", "upsert", "remove", "list", "changeTogether"] as const;

/**
 * Makes a chosen call to the outside the last one of its process: before it takes effect, or after.
 * @returns ends that
 */
function killAt(app: FakeFunctionApp, step: number, when: "before" | "after"): () => void {
  let calls = 0;
  const gate = <T extends object>(target: T, names: readonly (keyof T)[]): void => {
    for (const name of names) {
      const call = target[name] as (...parameters: unknown[]) => Promise<unknown>;
      target[name] = (async (...parameters: unknown[]) => {
        const own = ++calls;
        if (own === step && when === "before") throw new Error("killed");
        const result = call.apply(target, parameters);
        if (own !== step) return result;
        await result.catch(() => undefined);
        throw new Error("killed");
      }) as T[keyof T];
    }
  };
  gate(app.dependencies.documents, ["write"]);
  for (const table of [...Object.values(app.records.tables), app.numbers.table])
    gate(table, OUTSIDE);
  gate(app.durable.client, ["getStatus", "startNew"]);
  return () => {
    calls = step;
  };
}

describe.each(["before", "after"] as const)(
  "a process that ends %s a step of admission",
  (when) => {
    it("leaves a request that has one number and one run when it comes again, and another number for others", async () => {
      let kills = 0;
      for (let isKilled = true; isKilled;) {
        const app = createFakeFunctionApp();
        killAt(app, kills + 1, when);
        isKilled = await arrive(app, by("a")).then(
          () => false,
          () => true,
        );
        if (!isKilled) break;
        kills++;
        const other = await arrive(app, by("b"));
        const again = await arrive(app, by("a"));
        const third = await arrive(app, by("a"));
        const numbers = [other, again].map((one) => ("version" in one ? one.version : one.kind));
        expect(numbers.sort()).toEqual(["1.0.0", "1.0.1"]);
        expect(third).toMatchObject({ kind: "joined", ...runOf(again) });
        expect(startedRuns(app)).toHaveLength(2);
      }
      expect(kills).toBeGreaterThan(12);
    });
  },
);

describe.each(["before", "after"] as const)("a process that ends %s a step", (when) => {
  it("of a redrive leaves a number that is the redrive's when it comes again, and else is free in the end", async () => {
    let kills = 0;
    for (let isKilled = true; isKilled; kills++) {
      const [app, other] = [createApp(), createApp()];
      for (const one of [app, other]) {
        await arrive(one, by("a"));
        const failure = await endUnwritten(one, "1.0.0");
        one.pass(1_000);
        const spare = killAt(one, kills + 1, when);
        isKilled = await redrive(one, failure).then(
          ({ status }) => status !== 202,
          () => true,
        );
        spare();
        if (!isKilled) break;
        if (one === app) {
          expect(await arrive(one, by("b"))).toMatchObject({ kind: "accepted" });
          const again = await redrive(one, failure);
          // Either it had its number before the other came, or that has it now.
          const versions = startedRuns(one)
            .slice(1)
            .map((run) => run.split(" ")[1]);
          expect(new Set(versions).size).toBe(versions.length);
          expect([202, 409, 422]).toContain(again.status);
          if (again.status === 202) expect(versions.sort()).toEqual(["1.0.0", "1.0.1"]);
        } else if (startedRuns(one).length === 1) {
          one.pass(24 * 3_600_000);
          await tick(one);
          await mendAll(one);
          await tick(one);
          expect(await arrive(one, by("b"))).toMatchObject({ kind: "accepted", version: "1.0.0" });
        }
      }
    }
    expect(kills).toBeGreaterThan(12);
  });

  it("of a recording leaves a run whose number is free when that is recorded again, and free once", async () => {
    let kills = 0;
    for (let isKilled = true; isKilled; kills++) {
      const app = createFakeFunctionApp();
      await arrive(app, by("a"));
      const input = app.durable.started[0]?.input as PublishInput;
      const spare = killAt(app, kills + 1, when);
      isKilled = await recordEnd(app, input).then(
        () => false,
        () => true,
      );
      spare();
      const isRecorded = (await app.records.runs(idOf("1.0.0")))[0]?.state === "rejected";
      const isFree = (await app.numbers.of(NAMED.image, "a"))?.value.state === "released";
      // Who is recorded isn't looked at again.
      expect(isFree || !isRecorded).toBe(true);
      await arrive(app, by("b"));
      await recordEnd(app, input);
      app.durable.end(idOf("1.0.0"));
      app.pass(60_000);
      expect((await app.numbers.of(NAMED.image, "a"))?.value.state).toBe("released");
      const [b, c] = [await arrive(app, by("b")), await arrive(app, by("c"))];
      expect(new Set([b, c].map((one) => "version" in one && one.version)).size).toBe(2);
    }
    expect(kills).toBeGreaterThan(8);
  });
});

const tick = (app: FakeFunctionApp): Promise<void> =>
  reconcile(app.dependencies, 600_000)({} as Timer, app.durable.client, invocation());

/** What \`reconcile\` has started for runs that were lost before they wrote. */
async function mendAll(app: FakeFunctionApp): Promise<void> {
  for (const { input } of app.durable.started) {
    const { ended, publicationId: id } = input as Partial<ReconcileInput>;
    if (ended === undefined || id === undefined) continue;
    await recordEnd(app, ended as unknown as PublishInput);
    app.durable.end(id);
  }
}

const runOf = (one: Admission) =>
  "runId" in one ? { runId: one.runId, publicationId: one.publicationId } : {};

const PREEMPTIONS = Array.from({ length: 12 * 12 }, (_, index) => {
  const [first, second] = [Math.floor(index / 12), index % 12];
  return (step: number): 0 | 1 => (step >= first && step < first + second ? 1 : 0);
});
const RANDOM = Array.from({ length: 30 }, (_, seed) => {
  const below = randomFrom(seed + 1);
  return (): 0 | 1 => (below(2) === 0 ? 0 : 1);
});
/** Of three the third has its turn now and then. */
const RANDOM_OF_THREE = Array.from({ length: 100 }, (_, seed) => {
  const below = randomFrom(seed + 1_000);
  return (): number => [0, 1, 0, 1, 2][below(5)] ?? 0;
});

test.each<[string, [string, string], number]>([
  ["two requests", ["a", "b"], 2],
  ["two deliveries of one request", ["a", "a"], 1],
])(
  "%s that overtake one another at any step begin as many runs as there are requests",
  async (_name, ids, runs) => {
    for (const turnOf of [...PREEMPTIONS, ...RANDOM]) {
      const app = createFakeFunctionApp();
      const interleaving = new Interleaving();
      interleaving.gate(app.dependencies.documents, ["write"]);
      for (const table of [...Object.values(app.records.tables), app.numbers.table])
        interleaving.gate(table, OUTSIDE);
      interleaving.gate(app.durable.client, ["getStatus", "startNew"]);
      const { results } = await interleaving.run(
        [() => arrive(app, by(ids[0])), () => arrive(app, by(ids[1]))],
        turnOf,
      );
      const told = results.map((one) => ("version" in one ? one.version : one.kind));
      expect(new Set(told).size).toBe(runs);
      expect(new Set(startedRuns(app).map((run) => run.split(" ")[1]))).toEqual(new Set(told));
      expect(startedRuns(app)).toHaveLength(runs);
    }
  },
);

test("two deliveries of a request, between which a run of the version by its name ends, begin one run of it", async () => {
  const seen = new Set<string>();
  for (const turnOf of [...PREEMPTIONS, ...RANDOM, ...RANDOM_OF_THREE]) {
    const app = createFakeFunctionApp();
    app.away.add("documents");
    await expect(arrive(app, by("a"))).rejects.toThrow();
    app.away.clear();
    await arrive(app, managedImageExample({ requestId: "named" }));
    const named = app.durable.started[0]?.input as PublishInput;
    await recordEnd(app, named, { state: "failed" });
    const engine = { end: async () => app.durable.end(idOf("1.0.0")) };
    const interleaving = new Interleaving();
    interleaving.gate(app.dependencies.documents, ["write"]);
    for (const table of [...Object.values(app.records.tables), app.numbers.table])
      interleaving.gate(table, OUTSIDE);
    interleaving.gate(app.durable.client, ["getStatus", "startNew"]);
    interleaving.gate(engine, ["end"]);
    const { results } = await interleaving.run<Admission | undefined>(
      [
        () => arrive(app, by("a")),
        () => arrive(app, by("a")),
        () => engine.end().then(() => undefined),
      ],
      turnOf,
    );
    const [, ...runs] = startedRuns(app);
    expect(runs).toHaveLength(1);
    for (const one of results.slice(0, 2))
      expect(`a ${(one as { version: string }).version}`).toBe(runs[0]);
    expect((await app.numbers.of(NAMED.image, "a"))?.value).toMatchObject({
      ...{ state: "started", version: runs[0]?.split(" ")[1] },
    });
    seen.add(runs[0] ?? "");
  }
  // Both sides of the end were met.
  expect([...seen].sort()).toEqual(["a 1.0.0", "a 1.0.1"]);
});

describe("a dry run", () => {
  it("tells the number that the request would get now, and keeps nothing", async () => {
    const app = createFakeFunctionApp();
    app.inAzure.add("2.3.4");
    const image = imageBy("nextPatch", "2");
    for (let times = 0; times < 2; times++)
      expect(await dryRun(app, by("a", { image }))).toMatchObject({
        status: 200,
        body: { version: { strategy: "nextPatch", base: "2", number: "2.3.5" } },
      });
    expect(await arrive(app, by("b"))).toMatchObject({ version: "2.3.5" });
    expect(await dryRun(app, by("a"))).toMatchObject({ body: { version: { number: "2.3.6" } } });
    expect(await dryRun(app, by("b"))).toMatchObject({ body: { version: { number: "2.3.5" } } });
  });

  it("goes by the Idempotency-Key where the request has no id of its own", async () => {
    const app = createApp();
    const unnamed = by("", { requestId: undefined });
    await arrive(app, unnamed, { fallbackRequestId: "build-42" });
    const numberBy = async (key: string) =>
      (await dryRun(app, unnamed, { "idempotency-key": key })).body;
    expect(await numberBy("build-42")).toMatchObject({ version: { number: "1.0.0" } });
    expect(await numberBy("build-43")).toMatchObject({ version: { number: "1.0.1" } });
    expect(await dryRun(app, unnamed, { "idempotency-key": "x".repeat(201) })).toMatchObject({
      status: 400,
    });
  });

  it("tells what admission would refuse for the number", async () => {
    const app = createFakeFunctionApp();
    app.inAzure.add("1.0.2147483647");
    expect(await dryRun(app, by("a"))).toMatchObject({
      status: 400,
      body: { problems: [{ code: "NoVersionNumberLeft" }] },
    });
  });
});

describe("a redrive", () => {
  it("of a run that wrote nothing takes its number again, and frees it again when it writes nothing", async () => {
    const app = createApp();
    await arrive(app, by("a"));
    const failure = await endUnwritten(app, "1.0.0");
    expect(await redrive(app, failure)).toMatchObject({ status: 202, body: { id: idOf("1.0.0") } });
    app.pass(1_000);
    expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.1" });
    await endUnwritten(app, "1.0.0");
    expect((await app.numbers.of(NAMED.image, "a"))?.value.state).toBe("released");
  });

  it("of a run that wrote keeps the number, whatever becomes of the redrive", async () => {
    const app = createApp();
    await arrive(app, by("a"));
    const failure = await endUnwritten(app, "1.0.0", { state: "failed", written: true });
    expect(await redrive(app, failure)).toMatchObject({ status: 202, body: { id: idOf("1.0.0") } });
    app.pass(1_000);
    await endUnwritten(app, "1.0.0");
    expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.1" });
  });

  it("is refused when another request has the number by now", async () => {
    const app = createApp();
    await arrive(app, by("a"));
    const failure = await endUnwritten(app, "1.0.0");
    await arrive(app, by("b"));
    await endUnwritten(app, "1.0.0", { state: "failed", written: true });
    expect(await redrive(app, failure)).toMatchObject({
      status: 422,
      body: { problems: [{ code: "VersionNumberGone" }] },
    });
  });

  it.each([
    ["is going on", undefined],
    ["has published it", "published"],
  ])("is refused when a run of the version by its name %s by now", async (_what, state) => {
    const app = createApp();
    await arrive(app, by("a"));
    const failure = await endUnwritten(app, "1.0.0");
    await arrive(app, managedImageExample({ requestId: "named" }));
    if (state === undefined) {
      expect(await redrive(app, failure)).toMatchObject({ status: 409 });
    } else {
      await endUnwritten(app, "1.0.0", { state: "partlyPublished", written: true });
      expect(await redrive(app, failure)).toMatchObject({
        ...{ status: 422, body: { problems: [{ code: "VersionNumberGone" }] } },
      });
    }
    expect(startedRuns(app)).toEqual(["a 1.0.0", "named 1.0.0"]);
  });

  it("takes its number again past a run by its name that was cancelled before it wrote", async () => {
    const app = createApp();
    await arrive(app, by("a"));
    const failure = await endUnwritten(app, "1.0.0");
    await arrive(app, managedImageExample({ requestId: "named" }));
    await endUnwritten(app, "1.0.0", { state: "cancelled" });
    expect(await redrive(app, failure)).toMatchObject({ status: 202, body: { id: idOf("1.0.0") } });
  });

  it("that is repeated after it was rejected joins, and takes no number", async () => {
    const app = createApp();
    await arrive(app, by("a"));
    const failure = await endUnwritten(app, "1.0.0");
    await redrive(app, failure);
    app.pass(1_000);
    await endUnwritten(app, "1.0.0");
    expect(await redrive(app, failure)).toMatchObject({ status: 202, body: { joined: true } });
    expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.0" });
  });

  it("that is begun keeps its number from a late recording of the run before it", async () => {
    const app = createApp();
    await arrive(app, by("a"));
    const [first] = app.durable.started;
    const failure = await endUnwritten(app, "1.0.0");
    app.away.add("runs");
    expect(await redrive(app, failure)).toMatchObject({ status: 503 });
    app.away.clear();
    await recordEnd(app, first?.input as PublishInput);
    expect(await reservationOf(app, "a")).toMatchObject({ version: "1.0.0", state: "started" });
    expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.1" });
  });

  it("of a message that was refused for its number gives it one, once", async () => {
    const app = createApp();
    app.inAzure.add("1.0.2147483647");
    await publishFromQueue(app.dependencies)(by("a"), app.durable.client, invocation());
    const { rows } = await app.records.failures({});
    app.inAzure.clear();
    const answers = [await redrive(app, rows[0]?.id ?? ""), await redrive(app, rows[0]?.id ?? "")];
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 202, body: { id: idOf("1.0.0") } });
    expect(app.durable.started).toHaveLength(1);
  });
});

describe("the timer reconcile", () => {
  const MINUTE = 60_000;

  /** A number was given, and the process ended before anything else. */
  async function reservedOnly(): Promise<FakeFunctionApp> {
    const app = createFakeFunctionApp();
    app.away.add("documents");
    await expect(arrive(app, by("a"))).rejects.toThrow();
    app.away.clear();
    return app;
  }

  it("frees the number of a request that never came to a run, but not while a delivery may be slow", async () => {
    const app = await reservedOnly();
    app.pass(29 * MINUTE);
    await tick(app);
    expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.1" });
    const late = await reservedOnly();
    late.pass(30 * MINUTE);
    await tick(late);
    expect(await arrive(late, by("b"))).toMatchObject({ version: "1.0.0" });
    expect(await arrive(late, by("a"))).toMatchObject({ kind: "accepted", version: "1.0.1" });
  });

  it("frees none by which a slow delivery begins a run: that gets another", async () => {
    const app = await reservedOnly();
    const { documents } = app.dependencies;
    app.dependencies.documents = {
      ...documents,
      write: async (...document) => {
        app.dependencies.documents = documents;
        app.pass(31 * MINUTE);
        await tick(app);
        expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.0" });
        await documents.write(...document);
      },
    };
    expect(await arrive(app, by("a"))).toMatchObject({ kind: "accepted", version: "1.0.1" });
    expect(startedRuns(app)).toEqual(["b 1.0.0", "a 1.0.1"]);
  });

  it("keeps the number of a run, also where that wasn't noted", async () => {
    const app = createFakeFunctionApp();
    await arrive(app, by("a"));
    await noteAsBefore(app, "a");
    app.pass(24 * 60 * MINUTE);
    await tick(app);
    expect((await app.numbers.of(NAMED.image, "a"))?.value.state).toBe("started");
    expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.1" });
  });

  it.each(["rejected" as const, "cancelled" as const])(
    "frees what is kept for a %s run that wrote nothing, also where that wasn't noted",
    async (state) => {
      const app = createFakeFunctionApp();
      await arrive(app, by("a"));
      await endUnwritten(app, "1.0.0", { state });
      await keepAgain(app, "a");
      app.pass(30 * MINUTE);
      await tick(app);
      expect((await reservationOf(app, "a")).state).toBe("released");
      expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.0" });
    },
  );
});

async function reservationOf(app: FakeFunctionApp, requestId: string) {
  const found = await app.numbers.of(NAMED.image, requestId);
  if (found === undefined) throw new Error(`${requestId} has no number`);
  return found.value;
}
