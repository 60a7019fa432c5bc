import type { Timer } from "@azure/functions";
import { tickSchedules } from "../../src/functions/schedules/tick-schedules";
import { invocation } from "../support/fake-function-app";
import { Interleaving } from "../support/interleaving";
import { randomFrom } from "../support/random-from";
import { createFakeSchedules, wireSchedule, type FakeSchedules } from "../support/schedule-factory";
import { IMAGE_TEMPLATE } from "../support/schedule-story";

const MINUTE = 60_000;
const tick = (app: FakeSchedules): Promise<void> =>
  tickSchedules(app.dependencies)({} as Timer, invocation());

/** One host goes on for so many steps while the other one stands, at each step of a tick; then by chance. */
const TURNS = [
  ...Array.from({ length: 10 * 10 }, (_, index) => {
    const [first, second] = [Math.floor(index / 10), index % 10];
    return (step: number): 0 | 1 => (step >= first && step < first + second ? 1 : 0);
  }),
  ...Array.from({ length: 40 }, (_, seed) => {
    const below = randomFrom(seed + 1);
    return (): 0 | 1 => (below(2) === 0 ? 0 : 1);
  }),
];

/** Two hosts tick at once, five minutes long, and overtake one another; each finds another source, made just now. */
async function fiveMinutes(app: FakeSchedules, turnOf: (step: number) => 0 | 1): Promise<void> {
  await tick(app);
  let looks = 0;
  app.dependencies.finding.find = async () => {
    const managedImage = `/image-${++looks}`;
    return { kind: "found", source: { managedImage }, fingerprint: managedImage };
  };
  for (let minute = 0; minute < 5; minute++) {
    app.pass(MINUTE);
    // A run of another minute has ended.
    const state = (await app.dependencies.states.get("golden"))?.state;
    const { requestId } = state?.request ?? {};
    if (requestId !== undefined && state?.request?.outcome === undefined)
      await endRun(app, requestId);
    const interleaving = new Interleaving();
    const { documents, states, queue, templates, finding } = app.dependencies;
    const gated = { ...app.dependencies };
    for (const [name, target] of Object.entries({ documents, states, queue, templates, finding })) {
      const copy = { ...target };
      interleaving.gate(copy, Object.keys(copy) as (keyof typeof copy)[]);
      Object.assign(gated, { [name]: copy });
    }
    const host = () => tickSchedules(gated)({} as Timer, invocation());
    await interleaving.run([host, host], turnOf);
  }
}

async function endRun(app: FakeSchedules, requestId: string): Promise<void> {
  const now = app.dependencies.now().toISOString();
  const row = {
    ...{ id: `p-${requestId}`, imageId: "/v", location: "westus", runId: `run-${requestId}` },
    ...{ requestId, fingerprint: "f", trigger: "queue" as const, state: "published" as const },
    ...{ startedAt: now, updatedAt: now, endedAt: now },
  };
  await app.records.reserve(row, undefined);
  const { id: publicationId, runId, fingerprint } = row;
  await app.records.noteRequest({ requestId, publicationId, fingerprint, runId });
  const { imageId: _image, location: _location, id: _id, updatedAt: _updated, ...run } = row;
  await app.records.tables.runs.upsert(publicationId, runId, run);
}

test("two hosts that tick at once, and overtake one another at any step, send one request for each minute", async () => {
  for (const turnOf of TURNS) {
    const app = createFakeSchedules(wireSchedule());
    await fiveMinutes(app, turnOf);
    const bodies = new Set(app.messages.map(({ request }) => JSON.stringify(request)));
    expect(bodies.size).toBe(5);
    expect([...new Set(app.messages.map(({ messageId }) => messageId))]).toEqual(
      [1, 2, 3, 4, 5].map((minute) => `golden-20261124T120${minute}00Z`),
    );
    const state = (await app.dependencies.states.get("golden"))?.state;
    expect(state?.decisions.map(({ what }) => what)).toEqual(Array(5).fill("fired"));
  }
});

test("two hosts that tick at once have the image built by one run of its template", async () => {
  for (const turnOf of TURNS) {
    const app = createFakeSchedules(
      wireSchedule({ cron: "2 * * * *", imageTemplate: IMAGE_TEMPLATE }),
    );
    app.template.run = { startedAt: "2026-11-20T00:00:00Z", state: "Succeeded" };
    let runs = 0;
    const run = app.dependencies.templates.run.bind(app.dependencies.templates);
    app.dependencies.templates.run = async (id) => {
      // While one goes on, Azure refuses another, which is as good.
      if (app.template.run?.state !== "Running") runs++;
      app.template.run = { startedAt: app.dependencies.now().toISOString(), state: "Running" };
      return run(id);
    };
    await fiveMinutes(app, turnOf);
    expect([runs, app.messages]).toEqual([1, []]);
  }
});
