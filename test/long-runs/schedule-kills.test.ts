import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AzureNamedKeyCredential, TableClient } from "@azure/data-tables";
import { parse, stringify } from "yaml";
import type { ScheduleState } from "../../src/domain/schedule/state";
import { RunningStack } from "../end-to-end/running-stack";

/** Azurite's account and key, published by Microsoft: a secret to nobody. */
const AZURITE = new AzureNamedKeyCredential(
  "devstoreaccount1",
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
);

interface Point {
  /** Part of the schedule's id, which tells what it is about. */
  id: string;
  /** Matches the deadly call; `ID` is the schedule's. */
  pattern: string;
  moment: "before" | "after";
  /** Absent: published. */
  end?: "rejected";
  built?: true;
}

const STATE = "PUT [^ ]*schedules\\([^ ]*'ID'";
/** The calls after which most depends on what was written before. */
const KEY_POINTS: Point[] = [
  { id: "decided", pattern: STATE, moment: "after" },
  { id: "sent", pattern: `${STATE}.*sentAt`, moment: "before" },
  { id: "numbered", pattern: "POST [^ ]*batch.*ID-", moment: "after" },
  { id: "off", pattern: `${STATE}.*switchedOff`, moment: "after", end: "rejected" },
  { id: "built", pattern: "POST [^ ]*/build-ID/run", moment: "after", built: true },
];
const OTHER_POINTS: Point[] = [
  { id: "message-kept", pattern: "PUT [^ ]*schedules/ID/", moment: "after" },
  { id: "deciding", pattern: STATE, moment: "before" },
  { id: "sending", pattern: "^AMQP .*ID-", moment: "before" },
  { id: "noted", pattern: `${STATE}.*sentAt`, moment: "after" },
  { id: "numbering", pattern: "POST [^ ]*batch.*ID-", moment: "before" },
  { id: "ending", pattern: `${STATE}.*endedAt`, moment: "before" },
  { id: "ended", pattern: `${STATE}.*endedAt`, moment: "after" },
  { id: "freed", pattern: "POST [^ ]*batch.*ID-.*released", moment: "after", end: "rejected" },
  { id: "building", pattern: "POST [^ ]*/build-ID/run", moment: "before", built: true },
];
/** A minute and a half for all; test/crash-points kills at every call, in memory. */
const POINTS =
  process.env["EVERY_KILL"] === undefined ? KEY_POINTS : [...KEY_POINTS, ...OTHER_POINTS];

describe("kill -9 of the host at a call of a schedule's tick", () => {
  const stack = new RunningStack();
  const directory = mkdtempSync(join(tmpdir(), "gallery-publisher-kills-"));
  const order = join(directory, "die-at-call.json");

  beforeAll(async () => {
    const preload = resolve("test/support/die-at-call.cjs");
    writeFileSync(join(directory, "world.yaml"), world());
    writeFileSync(join(directory, "schedules.json"), JSON.stringify(document()));
    // What a host held that died comes again after seconds.
    const bus = readFileSync(resolve("samples/service-bus.yaml"), "utf8");
    const hasty = bus.replace("lockDuration: PT1M", "lockDuration: PT5S");
    writeFileSync(join(directory, "service-bus.yaml"), hasty);
    await stack.start([
      ...["--speed", "2000", "--world", join(directory, "world.yaml")],
      ...["--schedules", join(directory, "schedules.json")],
      ...["--setting", `languageWorkers__node__arguments=--require ${preload}`],
      ...["--service-bus", join(directory, "service-bus.yaml")],
      ...["--setting", `DIE_AT_CALL=${order}`],
    ]);
    // Seen for the first time.
    await tick();
    await stack.eventually("states", async () =>
      (await Promise.all(POINTS.map(({ id }) => stateOf(id)))).every(Boolean) ? true : undefined,
    );
  }, 40_000);
  afterAll(async () => {
    await stack.stop();
    rmSync(directory, { recursive: true, force: true });
  }, 20_000);

  const table = () =>
    new TableClient(stack.endpoints.tableEndpoint, "schedules", AZURITE, {
      tlsOptions: { ca: readFileSync(stack.endpoints.armCaFile) },
    });
  const stateOf = async (id: string): Promise<ScheduleState | undefined> => {
    try {
      const { state } = await table().getEntity<{ state: string }>("schedule", id);
      return JSON.parse(state) as ScheduleState;
    } catch {
      return undefined;
    }
  };
  const tick = async (): Promise<void> => {
    const headers = {
      "x-functions-key": stack.endpoints.masterKey,
      "content-type": "application/json",
    };
    const path = "/admin/functions/tickSchedules";
    await stack.http(path, { method: "POST", body: "{}", headers }).catch(() => undefined);
  };
  /** Due since the turn of the year: it is made up for. */
  const makeDue = async (id: string): Promise<void> => {
    const state = JSON.stringify({ ...(await stateOf(id)), decidedUntil: "2020-01-01T00:00:00Z" });
    await table().updateEntity({ partitionKey: "schedule", rowKey: id, state }, "Replace");
  };

  /** Ticks until the host has died at the call, and another one is there. */
  async function dieAt({ id, pattern, moment }: Point): Promise<void> {
    const before = stack.endpoints.pids["functions-host"];
    writeFileSync(order, JSON.stringify({ pattern: pattern.replaceAll("ID", id), moment }));
    await makeDue(id);
    await stack.eventually(
      `the death of the host at ${id}`,
      async () => {
        if (existsSync(order)) await tick();
        const after = stack.endpoints.pids["functions-host"];
        return after !== before && after !== 0 ? true : undefined;
      },
      20_000,
    );
  }

  async function allEvents(): Promise<{ type: string; id: string }[]> {
    const some = (await stack.events()).map(({ body }) => body as { type: string; id: string });
    return some.length === 0 ? [] : [...some, ...(await allEvents())];
  }

  it("changes nothing: each occurrence is one request, one number, one version, and counts once", async () => {
    for (const point of POINTS) await dieAt(point);
    expect(existsSync(order)).toBe(false);
    await stack.eventually(
      "the end of all",
      async () => {
        await tick();
        const states = await Promise.all(POINTS.map(({ id }) => stateOf(id)));
        return states.every(isSettled) ? true : undefined;
      },
      // The claim of a host that died while it decided is held for a minute.
      120_000,
    );
    await tick();
    const events = await allEvents();
    for (const { id, end = "published", built } of POINTS) {
      const { request, decisions, failures, switchedOff, build } = (await stateOf(id)) ?? none;
      const made = stack.armCalls("PUT", `/images/${id}/versions/`);
      // Two ticks at once may both ask: while one run goes on, Azure refuses another.
      const starts = stack
        .armCalls("POST", `/build-${id}/run`)
        .filter(({ status }) => status !== 409);
      expect([
        id,
        request?.outcome,
        decisions?.filter(({ what }) => what === "fired").length,
        made.filter(({ status }) => status === 201).map(({ path }) => path.split("/").at(-1)),
        starts.map(({ status }) => status),
        [failures, switchedOff?.who, build],
        new Set(
          events
            .filter(({ type, id: own }) => type.endsWith("scheduleDisabled") && own.includes(id))
            .map((event) => event.id),
        ).size,
      ]).toEqual([
        id,
        end,
        1,
        end === "published" ? ["1.0.0"] : [],
        built === undefined ? [] : [202],
        end === "published" ? [0, undefined, undefined] : [1, "gallery-publisher", undefined],
        end === "published" ? 0 : 1,
      ]);
      const { items } = (await stack.http(`/api/publications?requestId=${request?.requestId}`))
        .body;
      expect([id, items.length]).toEqual([id, 1]);
    }
  }, 250_000);
});

/** Its run has ended, and whatever that led to is told. */
const isSettled = (state: ScheduleState | undefined): boolean =>
  state?.request?.outcome !== undefined && state.switchedOff?.untold === undefined;

const none: Partial<ScheduleState> = {};

type Json = Record<string, unknown>;

/** The sample world with a definition for each schedule, and templates for those that have one. */
function world(): string {
  const parsed = parse(readFileSync(resolve("samples/world.yaml"), "utf8")) as {
    definitions: Json[];
  };
  const [definition] = parsed.definitions;
  const place = { resourceGroup: "myResourceGroup", location: "westus" };
  const makes = { osDisk: { sizeGb: 30 }, dataDisks: [{ lun: 0, sizeGb: 10 }] };
  return stringify({
    ...parsed,
    definitions: [
      ...parsed.definitions,
      ...POINTS.map(({ id }) => ({
        ...definition,
        name: id,
        identifier: { publisher: "myPublisher", offer: "myOffer", sku: id },
      })),
    ],
    imageTemplates: POINTS.filter(({ built }) => built).map(({ id }) => ({
      ...{ name: `build-${id}`, ...place, buildSeconds: 1800 },
      makes: { name: `made-for-${id}`, ...makes },
    })),
  });
}

/** The sample's schedule once a year for each point, to a definition of its own. */
function document(): object {
  const { schedules } = JSON.parse(readFileSync(resolve("samples/schedules.json"), "utf8")) as {
    schedules: [Json & { image: Json; source: { namePrefix: Json } }];
  };
  const [sample] = schedules;
  const group = `/subscriptions/${String(sample.image["subscriptionId"])}/resourceGroups/myResourceGroup`;
  return {
    schedules: POINTS.map(({ id, end, built }) => ({
      ...{ ...sample, id, cron: "0 0 1 1 *", maxConsecutiveFailures: 1 },
      image: { ...sample.image, definition: id },
      ...(built === undefined
        ? {}
        : {
            imageTemplate: `${group}/providers/Microsoft.VirtualMachineImages/imageTemplates/build-${id}`,
            source: { namePrefix: { ...sample.source.namePrefix, prefix: `made-for-${id}` } },
          }),
      ...(end === undefined ? {} : { request: unsound(sample["request"]) }),
    })),
  };
}

/** With sets that aren't there: the plan rejects it before a write. */
const unsound = (request: unknown): unknown =>
  JSON.parse(JSON.stringify(request).replaceAll("WestUSDiskEncryptionSet1", "NoSuchSet"));
