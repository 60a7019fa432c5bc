import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Timer } from "@azure/functions";
import type { PublicationEvent } from "../../../src/domain/run/publication-event";
import { dismissFailure } from "../../../src/functions/dismiss-failure";
import { tickSchedules } from "../../../src/functions/schedules/tick-schedules";
import { SIGNALLED } from "../../../src/orchestrators/names";
import { createFakeFunctionApp, httpRequest, invocation } from "../../support/fake-function-app";
import { breachesOf, SAFE_EVENT_BYTES } from "../../support/cloud-event-rules";
import { createFakeSchedules, wireSchedule } from "../../support/schedule-factory";
import { createScene, type Scene } from "./run";

const THREE = ["westus", "eastus2", "northeurope"];
const WAVES = { canary: 1, size: 2 };

/** The design, §5: everything that a subscriber can count on. */
const TRANSITIONS = [
  "accepted",
  "awaitingApproval",
  "cancelled",
  "compensated",
  "dismissed",
  "failed",
  "partlyPublished",
  "planned",
  "promoted",
  "published",
  "rejected",
  "scheduleDisabled",
  "waveCompleted",
];

async function approved(): Promise<PublicationEvent[]> {
  const scene = createScene({
    regions: THREE,
    request: { rollout: { waves: WAVES, approveBetweenWaves: true } },
  });
  await scene.begin();
  await scene.harness.advance(600_000);
  await say(scene, "wave-1");
  await scene.harness.raiseEvent(scene.input.publicationId, SIGNALLED, {});
  await scene.harness.runToEnd(scene.input.publicationId);
  return scene.world.events;
}

const say = (scene: Scene, about: "cancel" | "wave-1"): Promise<boolean> =>
  scene.world.dependencies.records.signal(scene.input.publicationId, {
    runId: scene.input.runId,
    about,
    ...(about === "cancel" ? {} : { decision: "approve" as const }),
    who: "Ada",
    why: "canary is fine",
    at: new Date(0).toISOString(),
  });

async function cancelled(): Promise<PublicationEvent[]> {
  const scene = createScene({ regions: THREE });
  await scene.begin();
  await scene.harness.advance(60_000);
  await say(scene, "cancel");
  await scene.harness.runToEnd(scene.input.publicationId);
  return scene.world.events;
}

async function failing(regions: string[], rollout: object): Promise<PublicationEvent[]> {
  const scene = createScene({ regions: THREE, request: { rollout } });
  for (const region of regions) scene.world.behaviour.failing.set(region, "no");
  await scene.run();
  return scene.world.events;
}

async function rejected(): Promise<PublicationEvent[]> {
  const scene = createScene({ regions: THREE });
  scene.world.behaviour.withoutSet.add("eastus2");
  await scene.run();
  return scene.world.events;
}

async function dismissed(): Promise<PublicationEvent[]> {
  const app = createFakeFunctionApp();
  const { dependencies } = app;
  const entry = {
    id: "0-1",
    recordedAt: "2026-11-24T12:00:00.000Z",
    kind: "run" as const,
    state: "failed" as const,
    summary: "failed",
  };
  await app.documents.write("failures/0-1.json", { ...entry, problems: [], regions: [] });
  await app.records.putFailure({ ...entry, status: "open" });
  const dismiss = () =>
    dismissFailure(dependencies)(
      httpRequest("failures/0-1/dismiss", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"who": "Ada", "why": "known"}',
        params: { id: "0-1" },
      }),
      invocation(),
    );
  await dismiss();
  await dismiss();
  return app.announcer.events;
}

/** A schedule whose only run was refused at the door. */
async function switchedOff(): Promise<PublicationEvent[]> {
  const app = createFakeSchedules(wireSchedule({ maxConsecutiveFailures: 1 }));
  const minute = async (): Promise<void> => {
    app.pass(60_000);
    await tickSchedules(app.dependencies)({} as Timer, invocation());
  };
  await minute();
  await minute();
  const requestId = app.messages[0]?.messageId ?? "";
  const recordedAt = app.dependencies.now().toISOString();
  await app.records.putFailure({
    ...{ id: "0-2", recordedAt, kind: "message", state: "rejected", summary: "rejected" },
    ...{ status: "open", requestId },
  });
  await minute();
  await minute();
  return app.announcer.events;
}

const RUNS: [string, () => Promise<PublicationEvent[]>][] = [
  ["approved", approved],
  ["cancelled", cancelled],
  ["partly published", () => failing(["eastus2"], {})],
  ["failed and rolled back", () => failing(THREE, { onFailure: "rollBack" })],
  ["rejected", rejected],
  ["dismissed", dismissed],
  ["refused, and its schedule switched off", switchedOff],
];

describe("every transition", () => {
  const all: PublicationEvent[] = [];
  const nameOf = ({ type }: PublicationEvent): string => type.split(".").at(-1) ?? "";

  it.each(RUNS)(
    "of a run that is %s is an event by the rules of CloudEvents 1.0",
    async (_, run) => {
      const events = await run();
      expect(events.flatMap(breachesOf)).toEqual([]);
      for (const event of events)
        expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(SAFE_EVENT_BYTES);
      all.push(...events);
    },
  );

  it("is announced", () => {
    expect([...new Set(all.map(nameOf))].sort()).toEqual(TRANSITIONS);
  });

  it.each(TRANSITIONS)("%s is in docs/events.md, told and shown as it is sent", (name) => {
    const text = readFileSync(join(process.cwd(), "docs/events.md"), "utf8");
    expect(text).toContain(`| [\`${name}\`](#${name.toLowerCase()})`);
    const [, shown = "null"] =
      new RegExp(`^## ${name}\\n\\n\`\`\`json\\n([^]*?)^\`\`\``, "m").exec(text) ?? [];
    expect(JSON.parse(shown)).toEqual(all.find((event) => nameOf(event) === name));
  });

  it("and no other is told there", () => {
    const text = readFileSync(join(process.cwd(), "docs/events.md"), "utf8");
    const told = [...text.matchAll(/^\| \[`(\w+)`\]\(#/gm)].map(([, name]) => name);
    expect(told.sort()).toEqual(TRANSITIONS);
  });

  it.each(RUNS)("of a run that is %s has the same id when it all happens again", async (_, run) => {
    const ids = (events: PublicationEvent[]) => events.map(({ source, id }) => `${source} ${id}`);
    const [first, second] = [ids(await run()), ids(await run())];
    expect(first).toEqual(second);
    // A dismissal that is repeated is announced twice: the same event.
    expect(new Set(first).size).toBe(first.length - (first.at(-1)?.endsWith("dismissed") ? 1 : 0));
  });
});

describe("an event whose sending is cut off", () => {
  it("is sent again with the same id, and none is left out", async () => {
    const undisturbed = (await failing(["eastus2"], { onFailure: "rollBack" })).map(({ id }) => id);
    const scene = createScene({
      regions: THREE,
      request: { rollout: { onFailure: "rollBack" } },
    });
    scene.world.behaviour.failing.set("eastus2", "no");
    let lost = 0;
    // Every event is sent, and its reply lost once.
    scene.world.behaviour.onWrite = (kind, moment) => {
      const sent = scene.world.events.length;
      if (kind !== "event" || moment !== "after" || sent % 2 === 0) return;
      lost++;
      throw new Error("the reply was lost");
    };
    await scene.run();
    const { events } = scene.world;
    const ids = events.map(({ id }) => id);
    expect(lost).toBe(undisturbed.length);
    expect(ids).toEqual(undisturbed.flatMap((id) => [id, id]));
    for (let sent = 0; sent < events.length; sent += 2)
      expect(events[sent + 1]).toEqual(events[sent]);
  });
});
