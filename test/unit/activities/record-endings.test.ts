import { inspectLostRun } from "../../../src/activities/inspect-lost-run";
import { recordFailure, type RecordFailureInput } from "../../../src/activities/record-failure";
import { recordOutcome } from "../../../src/activities/record-outcome";
import { recordPlan } from "../../../src/activities/record-plan";
import { makePlan } from "../../../src/domain/plan/plan";
import { problem } from "../../../src/domain/problem";
import { documentPaths } from "../../../src/domain/run/document-paths";
import { imageVersionId } from "../../../src/domain/run/identity";
import type { RegionOutcome } from "../../../src/domain/run/outcome";
import type { FailureDocument } from "../../../src/domain/run/records";
import { azureFault } from "../../support/azure-fault";
import { createFakeAzure } from "../../support/fake-azure";
import { targetRegion } from "../../support/fake-version";
import { accepted, managedImageExample } from "../../support/request-factory";

type Fake = ReturnType<typeof createFakeAzure>;
const { image } = accepted(managedImageExample());
const TIMES = { startedAt: "2026-11-24T12:00:00.000Z", endedAt: "2026-11-24T13:00:00.000Z" };
const why = azureFault(
  "KeyVaultAccessForbidden",
  "operator",
  "grant get, wrap, unwrap",
  "grant it",
);
const completed: RegionOutcome = { region: "westus", kind: "completed" };
const failed: RegionOutcome = { region: "eastus2", kind: "failed", fault: why, attempts: 1 };

/** A run that holds its publication's row. */
async function running(fake: Fake) {
  const run = await fake.run(managedImageExample());
  await fake.records.reserve(
    {
      ...run,
      id: run.publicationId,
      imageId: imageVersionId(image),
      location: "westus",
      state: "accepted",
      trigger: "queue",
      startedAt: TIMES.startedAt,
      updatedAt: TIMES.startedAt,
    },
    undefined,
  );
  fake.written.length = 0;
  return run;
}

async function failure(fake: Fake, change: Partial<RecordFailureInput> = {}) {
  const run = await running(fake);
  const input: RecordFailureInput = {
    ...run,
    ...TIMES,
    trigger: "queue",
    state: "partlyPublished",
    problems: [],
    regions: [completed, failed],
    written: true,
    undone: [],
    operationUrl: "https://arm.test/operations/1",
    ...change,
  };
  return { run, input, record: () => recordFailure(fake.dependencies)(input) };
}

const rowOf = async (fake: Fake, id: string) => (await fake.records.publication(id))?.row;
const documentOf = (fake: Fake, id: string) =>
  fake.documents.stored.get(documentPaths.failure(id)) as FailureDocument;

test("a plan is kept with the bodies that will be sent; a plan without a write has none", async () => {
  const fake = createFakeAzure();
  const run = await fake.run(managedImageExample());
  const path = documentPaths.plan(run.publicationId, "run-1");
  const prepared = [
    { region: "westus", operation: "create" as const, targetRegion: targetRegion("westus") },
  ];
  const { image, rollout } = accepted(managedImageExample());
  const plan = makePlan({ image, prepared, problems: [], rollout });
  await recordPlan(fake.dependencies)({ ...run, plan });
  expect(fake.documents.stored.get(path)).toMatchObject({
    plan: { kind: "create" },
    summary: expect.arrayContaining(["westus: created from the source, 1 replica"]),
    bodies: [{ location: "westus", properties: { publishingProfile: { replicaCount: 1 } } }],
  });
  const impossible = makePlan({
    image,
    prepared,
    rollout,
    problems: [problem("$", "NotPrepared", "", "")],
  });
  await recordPlan(fake.dependencies)({ ...run, plan: impossible });
  expect(fake.documents.stored.get(path)).toEqual({
    plan: impossible,
    summary: ["Nothing is written: 1 problem.", "$: NotPrepared: "],
    bodies: [],
  });
});

test("a published version is recorded in the order document, event, end of the run", async () => {
  const fake = createFakeAzure();
  const run = await running(fake);
  const input = { ...run, ...TIMES, trigger: "queue" as const, image, regions: [completed] };
  await recordOutcome(fake.dependencies)(input);
  const path = documentPaths.outcome(run.publicationId, "run-1");
  expect(fake.written).toEqual([`document ${path}`, "event", "row publications", "row runs"]);
  expect(fake.documents.stored.get(path)).toMatchObject({
    state: "published",
    regions: [completed],
  });
  expect(await rowOf(fake, run.publicationId)).toMatchObject({
    state: "published",
    endedAt: TIMES.endedAt,
  });
});

test("a failure is recorded in the order documents, row, event, end of the run", async () => {
  const fake = createFakeAzure();
  const { run, record } = await failure(fake);
  const { failureId } = await record();
  expect(fake.written).toEqual([
    `document ${documentPaths.failure(failureId)}`,
    `document ${documentPaths.outcome(run.publicationId, "run-1")}`,
    "row failures",
    "event",
    "row publications",
    "row runs",
  ]);
  expect(await rowOf(fake, run.publicationId)).toMatchObject({
    state: "partlyPublished",
    failureId,
  });
});

test("a failure keeps what is needed to understand it and to drive it again", async () => {
  const fake = createFakeAzure();
  const { run, record } = await failure(fake);
  const { failureId } = await record();
  expect(documentOf(fake, failureId)).toMatchObject({
    id: failureId,
    kind: "run",
    state: "partlyPublished",
    recordedAt: TIMES.endedAt,
    summary: "partlyPublished: 1 of 2 regions completed; eastus2: grant get, wrap, unwrap",
    publicationId: run.publicationId,
    runId: "run-1",
    requestId: "r-1",
    regions: [completed, failed],
    operationUrl: "https://arm.test/operations/1",
    request: accepted(managedImageExample()),
    leftOver: [
      {
        resourceId: imageVersionId(image),
        command: expect.stringContaining("az sig image-version show"),
      },
      { what: expect.stringContaining("eastus2") },
    ],
  });
  expect((await fake.records.failures({ publicationId: run.publicationId })).rows).toMatchObject([
    { id: failureId, imageId: imageVersionId(image), requestId: "r-1" },
  ]);
  expect(fake.announcer.events).toMatchObject([
    { id: "run-1.partlyPublished", data: { id: failureId, regions: [completed, failed] } },
  ]);
  expect(fake.announcer.events[0]?.data).not.toHaveProperty("request");
});

test("a version that the run made and that was read as Failed without a completed region comes with the command that deletes it", async () => {
  const fake = createFakeAzure();
  const { run, record } = await failure(fake, {
    state: "failed",
    regions: [failed],
    provisioningState: "Failed",
    someCompleted: false,
  });
  const plan = documentPaths.plan(run.publicationId, run.runId);
  await fake.documents.write(plan, { plan: { kind: "create" } });
  const [left] = documentOf(fake, (await record()).failureId).leftOver;
  expect(left?.command).toBe(
    "az sig image-version delete --resource-group MyResourceGroup --gallery-name MyGallery " +
      "--gallery-image-definition MyImage --gallery-image-version 1.0.0 " +
      `--subscription ${image.subscriptionId}`,
  );
});

test.each([undefined, "Succeeded", "Creating"])(
  "a version last read as %s is never proposed for deletion",
  async (provisioningState) => {
    const fake = createFakeAzure();
    const { record } = await failure(fake, {
      state: "failed",
      regions: [failed],
      ...(provisioningState === undefined ? {} : { provisioningState }),
    });
    const { failureId } = await record();
    const [left] = documentOf(fake, failureId).leftOver;
    expect(left?.command).toMatch(/^az sig image-version show /);
    expect(await fake.records.openLeftOvers()).toMatchObject([
      { id: failureId, leftOverCount: "1" },
    ]);
  },
);

test("a request that was rejected before a write leaves nothing over", async () => {
  const fake = createFakeAzure();
  const { record } = await failure(fake, {
    state: "rejected",
    written: false,
    regions: [{ region: "westus", kind: "notStarted" }],
    problems: [problem("$.source", "SourceNotFound", "the source is gone", "correct it")],
  });
  const { failureId } = await record();
  expect(await fake.records.openLeftOvers()).toEqual([]);
  expect(documentOf(fake, failureId)).toMatchObject({
    leftOver: [],
    summary: "rejected: 0 of 1 regions completed; the source is gone",
  });
});

test("a failure is recorded even when its request document is gone", async () => {
  const fake = createFakeAzure();
  const { record } = await failure(fake, { fault: why, regions: [] });
  fake.documents.stored.clear();
  const { failureId } = await record();
  expect(documentOf(fake, failureId)).toMatchObject({ fault: why, leftOver: [] });
  expect(documentOf(fake, failureId)).not.toHaveProperty("image");
});

test.each(["document", "row", "event"])(
  "a failure that is recorded again after %s was away is the same failure, once",
  async (kind) => {
    const fake = createFakeAzure();
    const { run, record } = await failure(fake);
    fake.away.add(kind);
    await expect(record()).rejects.toThrow("is away");
    expect((await rowOf(fake, run.publicationId))?.state).toBe("accepted");
    fake.away.clear();
    const first = await record();
    expect(await record()).toEqual(first);
    expect((await fake.records.failures({})).rows).toHaveLength(1);
    expect(new Set(fake.announcer.events.map(({ id }) => id)).size).toBe(1);
    expect(await fake.records.runs(run.publicationId)).toHaveLength(1);
  },
);

test.each(["document", "row", "event"])(
  "an outcome that is recorded again after %s was away is the same outcome, once",
  async (kind) => {
    const fake = createFakeAzure();
    const run = await running(fake);
    const input = { ...run, ...TIMES, trigger: "queue" as const, image, regions: [completed] };
    const record = () => recordOutcome(fake.dependencies)(input);
    fake.away.add(kind);
    await expect(record()).rejects.toThrow("is away");
    expect((await rowOf(fake, run.publicationId))?.state).toBe("accepted");
    fake.away.clear();
    await record();
    await record();
    expect(new Set(fake.announcer.events.map(({ id }) => id)).size).toBe(1);
    expect(await fake.records.runs(run.publicationId)).toHaveLength(1);
    expect((await rowOf(fake, run.publicationId))?.state).toBe("published");
  },
);

test.each([
  ["says that the run wrote nothing", false, undefined, false],
  ["says that it may have written", true, undefined, true],
  ["is of before that was kept", false, "forgotten", true],
])(
  "a recording that was cut off, and %s, is taken up so",
  async (_what, written, old, expected) => {
    const fake = createFakeAzure();
    const { run, input, record } = await failure(fake, {
      state: "cancelled",
      written,
      regions: [],
    });
    fake.dependencies.records.finish = () => Promise.reject(new Error("the process ends"));
    await expect(record()).rejects.toThrow("the process ends");
    if (old !== undefined)
      for (const document of fake.documents.stored.values())
        delete (document as Partial<FailureDocument>).wrote;
    expect(await inspectLostRun(fake.dependencies)({ ...run })).toMatchObject({
      kind: "lost",
      lost: { state: input.state, written: expected },
    });
  },
);
