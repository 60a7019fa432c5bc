import { InvocationContext, type Timer } from "@azure/functions";
import { OrchestrationRuntimeStatus, type DurableClient } from "durable-functions";
import {
  packRegions,
  type RegionProgress,
  type RegionState,
} from "../../../src/domain/run/progress";
import { publicationId } from "../../../src/domain/run/identity";
import type { LogEvent } from "../../../src/domain/run/log-line";
import type { FailureRow } from "../../../src/domain/run/records";
import type { ScheduleState } from "../../../src/domain/schedule/state";
import { admit } from "../../../src/functions/admit";
import { reconcile } from "../../../src/functions/reconcile";
import { RECONCILE_PUBLICATION } from "../../../src/orchestrators/names";
import { createFakeFunctionApp, type FakeFunctionApp } from "../../support/fake-function-app";
import { accepted, managedImageExample } from "../../support/request-factory";
import { wireSchedule } from "../../support/schedule-factory";

const MINUTE = 60_000;
const { Completed, Terminated } = OrchestrationRuntimeStatus;
const SINCE = Date.parse("2026-11-24T11:00:00.000Z");

const { image } = managedImageExample();
const request = (version: string) =>
  managedImageExample({ requestId: `r-${version}`, image: { ...(image as object), version } });
const idOf = (version: string): string => publicationId(accepted(request(version)).image);
const ID = idOf("1.0.0");

async function begin(app: FakeFunctionApp, ...versions: string[]): Promise<void> {
  for (const version of versions)
    await admit(app.dependencies, app.durable.client, {
      ...{ raw: request(version), trigger: "http", fallbackRequestId: "m" },
    });
}

const failure = (change: Partial<FailureRow> = {}): FailureRow => ({
  ...{ id: "entry", recordedAt: "2026-11-24T11:30:00.000Z", kind: "run", state: "failed" },
  ...{ summary: "failed", status: "open", publicationId: ID, runId: "run-1" },
  ...change,
});

/** One look: what it has told people, and how it ended. */
async function look(app: FakeFunctionApp, client: DurableClient = app.durable.client) {
  const told: string[] = [];
  const context = new InvocationContext({
    logHandler: (level, ...words) => void told.push(`${level}: ${words.join(" ")}`),
  });
  app.lines.length = 0;
  const failed = await reconcile(app.dependencies, MINUTE)({} as Timer, client, context).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { told, failed };
}

const linesOf = (app: FakeFunctionApp, event: LogEvent) =>
  app.lines.filter((line) => line.event === event);
const mended = (app: FakeFunctionApp): string[] =>
  app.durable.started
    .filter(({ name }) => name === RECONCILE_PUBLICATION)
    .map(({ instanceId }) => instanceId);

describe("a look that fails at something", () => {
  it("goes on with the next run, the flags, left-overs, schedules, numbers and dead letters, and fails at its end", async () => {
    const app = createFakeFunctionApp();
    await begin(app, "1.0.0", "2.0.0");
    for (const version of ["1.0.0", "2.0.0"]) app.durable.end(idOf(version), Terminated);
    await app.records.putFailure(failure({ publicationId: "gone", flagOpen: "true" }));
    await app.records.putFailure(failure({ id: "left", leftOverCount: "2" }));
    await switchedOff(app, "golden", "gallery-publisher");
    const letter = { sequenceNumber: "7", deliveryCount: 10, body: "" };
    app.dependencies.deadLetters.peek = async () => [letter];
    let scanned = false;
    app.dependencies.numbers = {
      ...app.numbers,
      // eslint-disable-next-line require-yield
      async *reserved() {
        await Promise.resolve();
        scanned = true;
      },
    };
    const { client } = app.durable;
    const getStatus: DurableClient["getStatus"] = async (id, options) => {
      if (id === ID) throw new Error("this row\nis broken");
      return client.getStatus(id, options);
    };
    const { told, failed } = await look(app, { ...client, getStatus } as DurableClient);
    expect(told).toContain(`error: run run-1 of ${ID}: Error: this row\\u000ais broken`);
    expect(failed).toBe(`failed at run run-1 of ${ID}; each is told above, and is tried again`);
    expect(mended(app)).toEqual([idOf("2.0.0")]);
    expect(app.lines.map(({ event }) => event)).toEqual([
      ...["safetyFlagOpen", "leftOver", "scheduleDisabled", "deadLetters"],
    ]);
    expect(scanned).toBe(true);
  });

  it.each(["openFlags", "openLeftOvers", "publications"] as const)(
    "does all the rest when storage has no %s for it",
    async (part) => {
      const app = createFakeFunctionApp();
      app.dependencies.deadLetters.peek = async () => [
        { sequenceNumber: "7", deliveryCount: 10, body: "" },
      ];
      app.dependencies.records = {
        ...app.records,
        [part]: () => Promise.reject(new Error("storage is away")),
      };
      const { failed } = await look(app);
      expect(failed).toMatch(/^failed at the (safety flags|left-overs|runs);/);
      expect(linesOf(app, "deadLetters")).toHaveLength(1);
    },
  );

  it("frees the other numbers, and looks at the other schedules and flags, when one throws", async () => {
    const app = createFakeFunctionApp();
    for (const id of ["a", "b"])
      await app.records.putFailure(
        failure({ id, publicationId: id, runId: `run-${id}`, flagOpen: "true" }),
      );
    const broken = (id: string) =>
      id === "a" ? Promise.reject(new Error("away")) : app.records.runs(id);
    app.dependencies.records = { ...app.records, runs: broken };
    await switchedOff(app, "broken", "gallery-publisher");
    await switchedOff(app, "golden", "gallery-publisher");
    const { states } = app.dependencies;
    app.dependencies.states = {
      ...states,
      get: (id) => (id === "broken" ? Promise.reject(new SyntaxError("not JSON")) : states.get(id)),
    };
    const settled: string[] = [];
    const row = (requestId: string, of: string) => ({
      partition: "p",
      row: {
        requestId,
        publicationId: of,
        touchedAt: "2026-11-24T01:00:00.000Z",
        version: "1.0.0",
      },
    });
    app.dependencies.numbers = {
      ...app.numbers,
      async *reserved() {
        yield row("first", "a") as never;
        yield row("second", "b") as never;
      },
      settle: async (found) => settled.push(found.row.requestId) > 0,
    };
    const { failed } = await look(app);
    expect(failed).toMatch(/and 2 more; each/);
    expect(linesOf(app, "safetyFlagOpen")).toMatchObject([{ failureId: "b" }]);
    expect(linesOf(app, "scheduleDisabled")).toMatchObject([{ scheduleId: "golden" }]);
    expect(settled).toEqual(["second"]);
  });
});

/** A schedule that somebody has switched off, beside those that are there. */
async function switchedOff(
  app: FakeFunctionApp,
  id: string,
  who: string,
  change: object = {},
): Promise<void> {
  const stored = app.documents.stored.get("schedules.json") as { schedules: object[] } | undefined;
  const schedules = [...(stored?.schedules ?? []), wireSchedule({ id, ...change })];
  app.documents.stored.set("schedules.json", { schedules });
  const at = "2026-11-24T10:00:00.000Z";
  const state: ScheduleState = {
    ...{ id, calendar: "", decidedUntil: at, failures: 3, decisions: [], findings: [] },
    switchedOff: { who, why: "3 runs failed", at },
  };
  await app.dependencies.states.put(state, undefined);
}

describe("what still holds is said again at each look", () => {
  const region = (name: string, state: RegionState, stalledSince?: number): RegionProgress => ({
    ...{ name, state, progress: 40, wave: 1, startedAt: SINCE, lastChangeAt: SINCE },
    ...(stalledSince === undefined ? {} : { stalledSince }),
  });

  /** A run whose watcher watches all of these regions but `eastasia`. */
  async function watching(app: FakeFunctionApp): Promise<void> {
    await begin(app, "1.0.0");
    const regions = [
      ...[region("westus", "replicating"), region("eastus2", "replicating", SINCE)],
      ...[region("uksouth", "failed", SINCE), region("eastasia", "replicating", SINCE)],
    ];
    const runId = "run-1";
    app.durable.show(ID, {
      phase: "publishing",
      runId,
      watcher: "w",
      regions: packRegions(regions),
    });
    app.durable.show("w", { phase: "publishing", runId, regions: packRegions(regions) });
    const watcher = app.durable.instances.get("w");
    if (watcher !== undefined)
      watcher.input = { regions: regions.filter(({ name }) => name !== "eastasia") };
  }

  it("a region that stands still, of a run that goes on, for days; not of one that its watch is over for", async () => {
    const app = createFakeFunctionApp();
    await watching(app);
    for (let day = 0; day < 3; day++) {
      app.pass(24 * 60 * MINUTE);
      expect((await look(app)).failed).toBeUndefined();
      expect(app.lines).toEqual([
        {
          ...{ event: "regionStalled", time: app.dependencies.now().toISOString(), again: true },
          ...{ publicationId: ID, runId: "run-1", requestId: "r-1.0.0", region: "eastus2" },
          ...{ state: "replicating", progress: 40, since: "2026-11-24T11:00:00.000Z" },
          imageVersionId: expect.stringMatching(/\/versions\/1\.0\.0$/) as string,
        },
      ]);
    }
    app.durable.end("w", Completed);
    await look(app);
    expect(app.lines).toEqual([]);
  });

  it("what a failure has left behind, until it is redriven or dismissed", async () => {
    const app = createFakeFunctionApp();
    await app.records.putFailure(failure({ leftOverCount: "12" }));
    await app.records.putFailure(failure({ id: "nothing left" }));
    await app.records.putFailure(
      failure({ id: "redriven", leftOverCount: "1", status: "redriven" }),
    );
    await look(app);
    expect(app.lines).toEqual([
      {
        ...{
          event: "leftOver",
          time: app.dependencies.now().toISOString(),
          again: true,
          count: 12,
        },
        ...{ failureId: "entry", publicationId: ID, runId: "run-1" },
      },
    ]);
    const found = await app.records.failure("entry");
    if (found === undefined) throw new Error("there is no entry");
    await app.records.settleFailure({ ...found.row, status: "dismissed" }, found.etag);
    await look(app);
    expect(app.lines).toEqual([]);
  });

  it("a schedule that its failures have switched off, while the document has it and has it on", async () => {
    const app = createFakeFunctionApp();
    await switchedOff(app, "golden", "gallery-publisher");
    await switchedOff(app, "by-hand", "Ada");
    await switchedOff(app, "off-by-document", "gallery-publisher", { enabled: false });
    await look(app);
    expect(app.lines).toEqual([
      {
        ...{ event: "scheduleDisabled", time: app.dependencies.now().toISOString(), again: true },
        ...{ scheduleId: "golden", failures: 3 },
      },
    ]);
    app.documents.stored.set("schedules.json", { schedules: [] });
    await look(app);
    expect(app.lines).toEqual([]);
  });

  it("but a hundred times at most; how many more there are is said once, to people", async () => {
    const app = createFakeFunctionApp();
    const entry = (n: number) => `entry-${String(n).padStart(3, "0")}`;
    for (let n = 0; n < 130; n++) {
      // The first is the newest: what the ledger says first isn't what has waited longest.
      const recordedAt = new Date(Date.parse("2026-11-01T00:00:00Z") - n * 60_000).toISOString();
      const more = { recordedAt, leftOverCount: "1", flagOpen: "true" } as const;
      await app.records.putFailure(failure({ id: entry(n), ...more }));
    }
    const { told } = await look(app);
    const oldest = Array.from({ length: 100 }, (_, index) => entry(129 - index));
    for (const event of ["leftOver", "safetyFlagOpen"] as const)
      expect(linesOf(app, event).map((line) => "failureId" in line && line.failureId)).toEqual(
        oldest,
      );
    expect(told.filter((one) => one.includes("more are"))).toEqual([
      "warning: 30 more are safetyFlagOpen than the lines tell",
      "warning: 30 more are leftOver than the lines tell",
    ]);
  });
});

describe("an open safety flag", () => {
  const flags = (app: FakeFunctionApp) =>
    linesOf(app, "safetyFlagOpen").map((line) => "beingMended" in line);

  it("is being mended while a redrive, or another run of the version, goes on", async () => {
    const app = createFakeFunctionApp();
    await begin(app, "1.0.0");
    await app.records.putFailure(failure({ flagOpen: "true" }));
    await look(app);
    expect(flags(app)).toEqual([true]);
    expect(linesOf(app, "safetyFlagOpen")).toMatchObject([{ since: "2026-11-24T11:30:00.000Z" }]);
    expect(mended(app)).toEqual([]);
  });

  it("is being mended at the first try, and once that has ended it needs somebody", async () => {
    const app = createFakeFunctionApp();
    await begin(app, "1.0.0");
    const {
      id: _id,
      imageId: _image,
      location: _location,
      ...run
    } = (await app.records.publication(ID))?.row ?? ({} as never);
    const ended = { state: "failed" as const, endedAt: "2026-11-24T12:00:00.000Z" };
    await app.records.finish({ ...run, ...ended, publicationId: ID });
    app.durable.end(ID, Completed);
    await app.records.putFailure(failure({ flagOpen: "true" }));
    await look(app);
    expect(flags(app)).toEqual([true]);
    await look(app);
    expect(flags(app)).toEqual([true]);
    app.durable.end(ID, Completed);
    await look(app);
    expect(flags(app)).toEqual([false]);
    expect(mended(app)).toEqual([ID, ID]);
  });
});
