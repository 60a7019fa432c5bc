import { announceTransition } from "../../../src/activities/announce-transition";
import type { ActivityDependencies } from "../../../src/activities/dependencies";
import { admit, type Admission } from "../../../src/functions/admit";
import { fingerprint, publicationId } from "../../../src/domain/run/identity";
import type { PublishInput } from "../../../src/orchestrators/publish-image-version";
import { createFakeFunctionApp, type FakeFunctionApp } from "../../support/fake-function-app";
import { Interleaving } from "../../support/interleaving";
import { randomFrom } from "../../support/random-from";
import { accepted, managedImageExample } from "../../support/request-factory";

const earlier = managedImageExample({ requestId: "earlier", replicaCount: 9 });
const ID = publicationId(accepted(earlier).image);

const arrive = (app: FakeFunctionApp, raw: unknown): Promise<Admission> =>
  admit(app.dependencies, app.durable.client, { raw, trigger: "queue", fallbackRequestId: "m" });

async function endEarlierRun(app: FakeFunctionApp): Promise<void> {
  await recordEnd(app, await arrive(app, earlier));
  app.durable.end(ID);
}

/** What the last activity of the earlier run does. */
async function recordEnd(app: FakeFunctionApp, begun: Admission): Promise<void> {
  if (begun.kind !== "accepted") throw new Error(`the earlier request is ${begun.kind}`);
  const time = app.dependencies.now().toISOString();
  await app.records.finish({
    publicationId: ID,
    runId: begun.runId,
    requestId: "earlier",
    fingerprint: fingerprint(accepted(earlier)),
    trigger: "queue",
    state: "published",
    startedAt: time,
    endedAt: time,
    updatedAt: time,
  });
}

async function abandonEarlierRun(app: FakeFunctionApp): Promise<void> {
  app.away.add("startNew");
  await expect(arrive(app, earlier)).rejects.toThrow();
  app.away.clear();
  app.pass(60_000);
}

/** What two starters may find. */
const FOUND: [string, (app: FakeFunctionApp) => Promise<void>][] = [
  ["nothing", async () => undefined],
  ["a run that has ended", endEarlierRun],
  ["a reservation that was abandoned", abandonEarlierRun],
];

/** What the two ask for, and what they may be told, in the order of the alphabet. */
const PAIRS: [string, [object, object], RegExp][] = [
  [
    "different contents",
    [{ requestId: "a" }, { requestId: "b", replicaCount: 3 }],
    /^accepted conflict$/,
  ],
  ["the same content", [{ requestId: "a" }, { requestId: "b" }], /^accepted joined$/],
  // Whichever of the two deliveries starts the run: it is the request's own.
  ["one request twice", [{ requestId: "a" }, { requestId: "a" }], /^accepted (accepted|joined)$/],
];

/** First one is let on for some steps, then the other for some, then the first to its end. */
const PREEMPTIONS = Array.from({ length: 9 * 9 }, (_, index) => {
  const [first, second] = [Math.floor(index / 9), index % 9];
  return (step: number): 0 | 1 => (step >= first && step < first + second ? 1 : 0);
});
const RANDOM = Array.from({ length: 20 }, (_, seed) => {
  const below = randomFrom(seed + 1);
  return (): 0 | 1 => (below(2) === 0 ? 0 : 1);
});

/** Every call of the app that leaves the process is a step. */
function gated(app: FakeFunctionApp): Interleaving {
  const interleaving = new Interleaving();
  interleaving.gate(app.dependencies.documents, ["write"]);
  for (const table of Object.values(app.records.tables))
    interleaving.gate(table, ["get", "insert", "replace", "upsert", "remove", "list"]);
  interleaving.gate(app.durable.client, ["getStatus", "startNew"]);
  return interleaving;
}

async function play(
  prepare: (app: FakeFunctionApp) => Promise<void>,
  changes: [object, object],
  turnOf: (step: number) => 0 | 1,
) {
  const app = createFakeFunctionApp();
  await prepare(app);
  const before = app.durable.started.length;
  const { results, steps } = await gated(app).run(
    [
      () => arrive(app, managedImageExample(changes[0] as Record<string, unknown>)),
      () => arrive(app, managedImageExample(changes[1] as Record<string, unknown>)),
    ],
    turnOf,
  );
  const started = app.durable.started.slice(before).map(({ input }) => input as { runId: string });
  return { results, steps, started, row: (await app.records.publication(ID))?.row };
}

describe.each(FOUND)("two starters that find %s", (_found, prepare) => {
  it.each(PAIRS)(
    "with %s: one run, and each is told the truth, at whatever step one overtakes the other",
    async (_name, changes, told) => {
      let most = 0;
      for (const turnOf of [...PREEMPTIONS, ...RANDOM]) {
        const { results, steps, started, row } = await play(prepare, changes, turnOf);
        const kinds = results.map(({ kind }) => kind).sort();
        expect(kinds.join(" ")).toMatch(told);
        expect(started).toHaveLength(1);
        const runs = results.flatMap((one) => ("runId" in one ? [one.runId] : []));
        expect(new Set([...runs, row?.runId, started[0]?.runId]).size).toBe(1);
        most = Math.max(most, steps);
      }
      // Every call that leaves the process is a step: otherwise nothing was interleaved.
      expect(most).toBeGreaterThan(12);
    },
  );
});

/** What arrives while the earlier run ends, what it may be told, and how many runs it may start. */
const BESIDE_AN_END: [string, object, RegExp, number[]][] = [
  ["the same request", { requestId: "earlier", replicaCount: 9 }, /^joined$/, [0]],
  ["the same content by another sender", { replicaCount: 9 }, /^(joined|accepted)$/, [0, 1]],
  ["another content", { replicaCount: 3 }, /^(conflict|accepted)$/, [0, 1]],
];

test.each(BESIDE_AN_END)(
  "%s that arrives while a run ends starts no run that has ended, and is told the truth, at whatever step",
  async (_name, change, told, runs) => {
    const seen = new Set<string>();
    for (const turnOf of [...PREEMPTIONS, ...RANDOM]) {
      const app = createFakeFunctionApp();
      const begun = await arrive(app, earlier);
      const engine = { end: async () => app.durable.end(ID) };
      const interleaving = gated(app);
      interleaving.gate(engine, ["end"]);
      const {
        results: [admission],
      } = await interleaving.run<Admission | undefined>(
        [
          () => arrive(app, managedImageExample({ requestId: "m", ...change })),
          async () => {
            await recordEnd(app, begun);
            await engine.end();
            return undefined;
          },
        ],
        turnOf,
      );
      expect(admission?.kind).toMatch(told);
      seen.add(admission?.kind ?? "");
      const ids = app.durable.started.map(({ input }) => (input as { runId: string }).runId);
      expect(runs).toContain(ids.length - 1);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length === 2).toBe(admission?.kind === "accepted");
    }
    // Both sides of the end were met.
    expect(seen.size).toBe(runs.length);
  },
);

/** What the first activity of each run that is started gives, at once when it is started. */
function beginnings(app: FakeFunctionApp): string[] {
  const begin = announceTransition(app.dependencies as unknown as ActivityDependencies);
  const begun: string[] = [];
  const { client, started } = app.durable;
  const startNew = client.startNew.bind(client);
  client.startNew = async (...parameters) => {
    const id = await startNew(...parameters);
    const { accepted: facts, trigger, ...run } = started.at(-1)?.input as PublishInput;
    const { startedAt: time, ...about } = facts;
    const { kind } = await begin({ ...run, state: "accepted", time, data: { trigger, ...about } });
    begun.push(kind);
    // A run that doesn't go on has ended by itself.
    if (kind === "endedBefore") app.durable.end(id);
    return id;
  };
  return begun;
}

/** The first stands still at each of its steps, also for as long as the other needs to its end. */
const STANDING_STILL = Array.from({ length: 12 * 12 }, (_, index) => {
  const [first, second] = [Math.floor(index / 12), 2 * (index % 12)];
  return (step: number): 0 | 1 => (step >= first && step < first + second ? 1 : 0);
});

test("a delivery that stands still at whatever step, while another one's run begins and is recorded, begins no run", async () => {
  let again = 0;
  for (const turnOf of STANDING_STILL) {
    const app = createFakeFunctionApp();
    const begun = beginnings(app);
    const engine = { end: async () => app.durable.end(ID) };
    const interleaving = gated(app);
    interleaving.gate(engine, ["end"]);
    const { results } = await interleaving.run(
      [
        () => arrive(app, earlier),
        async () => {
          const admission = await arrive(app, earlier);
          if (admission.kind !== "accepted") return admission;
          await recordEnd(app, admission);
          await engine.end();
          return admission;
        },
      ],
      turnOf,
    );
    expect(begun.filter((kind) => kind === "announced")).toHaveLength(1);
    expect(app.announcer.events).toHaveLength(1);
    expect(new Set(results.map((one) => ("runId" in one ? one.runId : one.kind))).size).toBe(1);
    const recorded = results[1]?.kind === "accepted" ? "published" : "accepted";
    expect((await app.records.publication(ID))?.row.state).toBe(recorded);
    again += begun.length - 1;
  }
  // Otherwise none stood still between the run's row and its start.
  expect(again).toBeGreaterThan(0);
});

test("a row that others always take first is given up in the end, and nothing is started", async () => {
  const app = createFakeFunctionApp();
  await endEarlierRun(app);
  const { publications } = app.records.tables;
  let lost = 0;
  publications.replace = async () => {
    lost++;
    return false;
  };
  await expect(arrive(app, managedImageExample({ requestId: "a" }))).rejects.toThrow(
    "changed hands 20 times; try again",
  );
  expect([lost, app.durable.started.length]).toEqual([20, 1]);
});
