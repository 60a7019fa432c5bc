import type { Timer } from "@azure/functions";
import { recordFailure, type RecordFailureInput } from "../../../src/activities/record-failure";
import type { ActivityDependencies } from "../../../src/activities/dependencies";
import type { PublishInput } from "../../../src/orchestrators/publish-image-version";
import { admit, type Admission, type Arrival } from "../../../src/functions/admit";
import { publishFromQueue } from "../../../src/functions/publish-from-queue";
import { publishOverHttp } from "../../../src/functions/publish-over-http";
import { reconcile } from "../../../src/functions/reconcile";
import { redriveFailure } from "../../../src/functions/redrive-failure";
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

/** The run of a version ends, without a write unless it is said, as its last activity records it. */
async function endUnwritten(
  app: FakeFunctionApp,
  version: string,
  change: Partial<RecordFailureInput> = {},
): Promise<string> {
  const { input } =
    app.durable.started.findLast(({ instanceId }) => instanceId === idOf(version)) ?? {};
  const { failureId } = await recordFailure({
    ...app.dependencies,
  } as unknown as ActivityDependencies)({
    ...(input as PublishInput),
    state: "rejected",
    written: false,
    problems: [],
    regions: [],
    undone: [],
    startedAt: "2026-11-24T12:00:00.000Z",
    endedAt: app.dependencies.now().toISOString(),
    ...change,
  });
  app.durable.end(idOf(version));
  return failureId;
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

test("a request that was rejected and mended may come under its id again", async () => {
  const app = createFakeFunctionApp();
  await arrive(app, by("a"));
  await endUnwritten(app, "1.0.0");
  expect(await arrive(app, by("a", { replicaCount: 7 }))).toMatchObject({
    kind: "accepted",
    version: "1.0.0",
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

/** Makes a chosen call to the outside the last one of its process: before it takes effect, or after. */
function killAt(app: FakeFunctionApp, step: number, when: "before" | "after"): void {
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

describe("a dry run", () => {
  const dryRun = async (app: FakeFunctionApp, raw: unknown) =>
    readAnswer(
      await publishOverHttp(app.dependencies)(
        httpRequest("publications?dryRun=true", {
          method: "POST",
          body: JSON.stringify(raw),
          headers: { "content-type": "application/json" },
        }),
        app.durable.client,
        invocation(),
      ),
    );

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
  const tick = (app: FakeFunctionApp): Promise<void> =>
    reconcile(app.dependencies, 600_000)({} as Timer, app.durable.client, invocation());
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

  it("counts from the last delivery that began to start the run", async () => {
    const app = await reservedOnly();
    app.pass(29 * MINUTE);
    app.away.add("documents");
    await expect(arrive(app, by("a"))).rejects.toThrow();
    app.away.clear();
    app.pass(2 * MINUTE);
    await tick(app);
    expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.1" });
    expect(await arrive(app, by("a"))).toMatchObject({ version: "1.0.0" });
  });

  it("keeps the number of a run, also where the process ended before that was noted", async () => {
    const app = createFakeFunctionApp();
    const { numbers } = app.dependencies;
    app.dependencies.numbers = {
      ...numbers,
      started: async () => Promise.reject(new Error("killed")),
    };
    await expect(arrive(app, by("a"))).rejects.toThrow("killed");
    app.dependencies.numbers = numbers;
    app.pass(24 * 60 * MINUTE);
    await tick(app);
    expect(await arrive(app, by("b"))).toMatchObject({ version: "1.0.1" });
    expect((await app.numbers.of(NAMED.image, "a"))?.value.state).toBe("started");
  });
});
