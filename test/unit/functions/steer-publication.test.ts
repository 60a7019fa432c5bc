import type { Timer } from "@azure/functions";
import { OrchestrationRuntimeStatus } from "durable-functions";
import { publicationId } from "../../../src/domain/run/identity";
import type { RunStatus } from "../../../src/domain/run/progress";
import { admit } from "../../../src/functions/admit";
import { readPublication } from "../../../src/functions/read-publications";
import { reconcile } from "../../../src/functions/reconcile";
import { steerPublication, type Steering } from "../../../src/functions/steer-publication";
import { RECONCILE_PUBLICATION, SIGNALLED } from "../../../src/orchestrators/names";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  readAnswer,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { accepted, managedImageExample } from "../../support/request-factory";

const ID = publicationId(accepted(managedImageExample()).image);
const ADA = { who: "Ada", why: "the canary is fine" };
const BOB = { who: "Bob", why: "the canary is ill" };

/** A run that shows this status. */
async function running(status: Partial<RunStatus> = {}): Promise<FakeFunctionApp> {
  const app = createFakeFunctionApp();
  await admit(app.dependencies, app.durable.client, {
    raw: managedImageExample({ requestId: "a" }),
    trigger: "http",
    fallbackRequestId: "x",
  });
  app.durable.show(ID, { phase: "publishing", runId: "run-1", regions: [], ...status });
  return app;
}

const waitingFor = (wave: number) =>
  ({ phase: "awaitingApproval", awaits: wave }) satisfies Partial<RunStatus>;

const say = async (app: FakeFunctionApp, steering: Steering, body: unknown = ADA, query = "") =>
  readAnswer(
    await steerPublication(app.dependencies, steering)(
      httpRequest(`publications/${ID}/${steering}${query}`, {
        method: "POST",
        body: JSON.stringify(body),
        params: { id: ID },
      }),
      app.durable.client,
    ),
  );
const signals = (app: FakeFunctionApp) => app.records.signals(ID, "run-1");

test.each(["approve", "reject"] as const)(
  "%s is stored for the wave that waits, then the run is woken",
  async (decision) => {
    const app = await running(waitingFor(2));
    expect(await say(app, decision)).toMatchObject({
      status: 202,
      body: { id: ID, runId: "run-1", about: "wave-1", [decision]: ADA },
    });
    expect((await signals(app)).decisions).toMatchObject({ 1: { ...ADA, decision } });
    expect(app.durable.raised).toEqual([
      { instanceId: ID, name: SIGNALLED, data: { about: "wave-1" } },
    ]);
  },
);

test("a cancellation is stored for the whole run", async () => {
  const app = await running();
  expect((await say(app, "cancel")).status).toBe(202);
  expect((await signals(app)).cancel).toMatchObject(ADA);
});

test("the first decision counts: a repetition is answered with it, a contradiction refused by it", async () => {
  const app = await running(waitingFor(2));
  await say(app, "approve", ADA);
  expect(await say(app, "approve", BOB)).toMatchObject({ status: 200, body: { approve: ADA } });
  expect(await say(app, "reject", BOB)).toMatchObject({
    status: 409,
    body: { detail: "Ada decided otherwise: approve, the canary is fine", first: ADA },
  });
  expect((await signals(app)).decisions).toMatchObject({ 1: { ...ADA, decision: "approve" } });
});

test("of two who decide at the same moment one is told that the other was first", async () => {
  const app = await running(waitingFor(2));
  const answers = await Promise.all([say(app, "approve", ADA), say(app, "reject", BOB)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
});

test("an approval of a wave that is over isn't taken for one of the next", async () => {
  const app = await running(waitingFor(2));
  await say(app, "approve", ADA, "?wave=2");
  app.durable.show(ID, { phase: "awaitingApproval", runId: "run-1", regions: [], awaits: 3 });
  expect(await say(app, "approve", BOB, "?run=run-1&wave=2")).toMatchObject({
    status: 200,
    body: { about: "wave-1", approve: ADA },
  });
  expect(Object.keys((await signals(app)).decisions)).toEqual(["1"]);
  expect(await say(app, "approve", BOB, "?run=run-0&wave=3")).toMatchObject({ status: 409 });
  expect(await say(app, "reject", BOB, "?wave=4")).toMatchObject({
    status: 409,
    body: { detail: "its run doesn't wait for an approval of wave 4" },
  });
});

test.each<[Steering, Partial<RunStatus>, RegExp]>([
  ["approve", {}, /doesn't wait for an approval now/],
  ["cancel", { phase: "compensating" }, /is compensating already/],
  ["cancel", { phase: "promoting" }, /takes the version into latest already, which is one write/],
  ["cancel", { phase: "recording" }, /is recording already/],
])("%s is refused while the run shows %j", async (steering, status, detail) => {
  const app = await running(status);
  expect(await say(app, steering)).toMatchObject({
    status: 409,
    body: { detail: expect.stringMatching(detail) },
  });
  expect(await signals(app)).toEqual({ decisions: {} });
  expect(app.durable.raised).toEqual([]);
});

test("a cancellation is refused in the words of promoting when the run has claimed its way into latest since it was looked at", async () => {
  const app = await running();
  await app.records.claimLatest(ID, "run-1", "2026-11-24T12:00:00.000Z");
  const refused = await say(app, "cancel");
  expect(refused).toMatchObject({
    status: 409,
    body: { detail: "its run takes the version into latest already, which is one write" },
  });
  app.durable.show(ID, { phase: "promoting", runId: "run-1", regions: [] });
  expect((await say(app, "cancel")).body).toEqual(refused.body);
  expect(app.durable.raised).toEqual([]);
  expect(await signals(app)).toEqual({ decisions: {} });
});

test("a cancellation that came before the claim is answered the same when it is repeated while the run promotes", async () => {
  const app = await running();
  expect((await say(app, "cancel", ADA)).status).toBe(202);
  expect(await app.records.claimLatest(ID, "run-1", "later")).toMatchObject({ kind: "cancelled" });
  app.durable.show(ID, { phase: "promoting", runId: "run-1", regions: [] });
  expect(await say(app, "cancel", BOB)).toMatchObject({ status: 200, body: { cancel: ADA } });
});

test.each([undefined, { phase: "compensating" as const, runId: "run-1", regions: [] }])(
  "nothing is said to a lost run while it is mended, whatever that shows: %j",
  async (status) => {
    const app = await running(waitingFor(2));
    app.durable.end(ID, OrchestrationRuntimeStatus.Terminated);
    await reconcile(app.dependencies, 0)({} as Timer, app.durable.client, invocation());
    expect(app.durable.started.at(-1)?.name).toBe(RECONCILE_PUBLICATION);
    if (status !== undefined) app.durable.show(ID, status);
    for (const steering of ["approve", "reject", "cancel"] as const)
      expect((await say(app, steering)).status).toBe(409);
    expect((await say(app, "cancel")).body["detail"]).toMatch(/run-1 has ended; .* being mended/);
    expect(await signals(app)).toEqual({ decisions: {} });
  },
);

test.each<Steering>(["approve", "reject", "cancel"])(
  "%s of a run that has ended is refused",
  async (steering) => {
    const app = await running(waitingFor(2));
    app.durable.end(ID);
    expect(await say(app, steering)).toMatchObject({ status: 409 });
    expect(await signals(app)).toEqual({ decisions: {} });
  },
);

test.each([
  [{ who: "Ada" }, "$.why", "Required"],
  [{ ...ADA, why: " " }, "$.why", "Invalid"],
  [{ ...ADA, who: "Ada\u202e" }, "$.who", "Invalid"],
  [{ ...ADA, wave: 2 }, "$.wave", "UnknownMember"],
  ["approve", "$", "Invalid"],
])(
  "without who and why nothing is stored, and what is missing is told: %j",
  async (body, path, code) => {
    const app = await running(waitingFor(2));
    expect(await say(app, "approve", body)).toMatchObject({
      status: 400,
      body: {
        problems: [{ path, code, action: expect.not.stringContaining("request.md") as string }],
      },
    });
    expect(await signals(app)).toEqual({ decisions: {} });
  },
);

test("a wave that is no number, and an unknown publication, are told", async () => {
  expect((await say(await running(), "approve", ADA, "?wave=0")).status).toBe(400);
  expect((await say(createFakeFunctionApp(), "cancel")).status).toBe(404);
});

test("the status of a run that waits names wave and links, which steer exactly that wave", async () => {
  const app = await running(waitingFor(2));
  const status = readAnswer(
    await readPublication(app.dependencies)(
      httpRequest(`publications/${ID}`, { params: { id: ID } }),
      app.durable.client,
    ),
  );
  expect(status.body).toMatchObject({
    state: "awaitingApproval",
    awaitingApproval: {
      wave: 2,
      links: {
        approve: `/api/publications/${ID}/approve?run=run-1&wave=2`,
        reject: `/api/publications/${ID}/reject?run=run-1&wave=2`,
      },
    },
  });
});

test("the status of a run that takes back what it did is compensating", async () => {
  const app = await running({ phase: "compensating" });
  const request = httpRequest(`publications/${ID}`, { params: { id: ID } });
  const { body } = readAnswer(await readPublication(app.dependencies)(request, app.durable.client));
  expect(body).toMatchObject({ state: "compensating" });
  expect(body).not.toHaveProperty("awaitingApproval");
});
