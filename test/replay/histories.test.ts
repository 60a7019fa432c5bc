import { createExecutor } from "../../src/local/durable-wire-v3/executor";
import { VirtualClock } from "../support/durable-virtual-clock";
import { freshFunctionApp, invokerOf } from "../support/durable-functions-core";
import { callsOf, loadHistories, replayExecution } from "../support/history-fixture";
import type * as Versions from "../../src/orchestrators/versions";
import host from "../../host.json";
import { createActivities } from "../../src/activities/create-activities";
import {
  PROMOTE_IMAGE_VERSION,
  PUBLISH_IMAGE_VERSION,
  RECONCILE_PUBLICATION,
  WATCH_REGIONS,
} from "../../src/orchestrators/names";
import { SCENARIOS } from "../histories/scenarios";
import type { Json } from "../support/durable-recordings";
import { registerApp } from "./publishing/run";
import { createWorld } from "./publishing/world";

/** The product with its branch by version taken out: every run is told the newest story. */
let mockWithoutBranch = false;
jest.mock("../../src/orchestrators/versions", () => {
  const actual = jest.requireActual<typeof Versions>("../../src/orchestrators/versions");
  const has: typeof actual.has = (...given) => mockWithoutBranch || actual.has(...given);
  return { ...actual, has };
});
afterEach(() => (mockWithoutBranch = false));

const fixtures = loadHistories();
const { defaultVersion } = host.extensions.durableTask;

/** The orchestrators of today, called by the real library; activities are never run. */
const executor = (() => {
  const app = freshFunctionApp();
  registerApp(createWorld(new VirtualClock()));
  return createExecutor(invokerOf(app), true);
})();

/** The first differing call of each execution. */
async function replay({ executions }: (typeof fixtures)[number]): Promise<string[]> {
  const differences: string[] = [];
  for (const execution of executions) {
    const difference = await replayExecution(executor, execution);
    if (difference !== undefined) differences.push(difference);
  }
  return differences;
}

const namesIn = (of: typeof fixtures): Set<unknown> =>
  new Set(
    of.flatMap(({ executions }) =>
      executions.flatMap(({ name, history }) => [name, ...history.map((event) => event.Name)]),
    ),
  );

describe("a run in flight is gone on with as it was begun", () => {
  it.each(fixtures.map((fixture) => [fixture.defaultVersion, fixture.scenario, fixture] as const))(
    "%s %s: every call decides what it decided when it was recorded",
    async (_version, _scenario, fixture) => {
      expect(await replay(fixture)).toEqual([]);
    },
  );
});

test("a pace that has changed contradicts nothing: timers that run keep their time", async () => {
  const { executions } = structuredClone(fixtureNamed("azure-busy"));
  const events = executions.flatMap(({ history }) => history);
  const timers = events.filter(({ EventType: type }) => type === TIMER_CREATED);
  expect(timers.length).toBeGreaterThan(2);
  for (const timer of timers) timer.FireAt = "2026-11-24T15:59:59.999Z";
  expect(await replay({ ...fixtureNamed("azure-busy"), executions })).toEqual([]);
});

describe("a history that is contradicted is named", () => {
  it("with its version, when the stories don't part by version any more", async () => {
    mockWithoutBranch = true;
    const broken: string[] = [];
    for (const fixture of fixtures) {
      const differences = await replay(fixture);
      if (differences.length > 0) broken.push(`${fixture.defaultVersion} ${fixture.scenario}`);
    }
    expect(broken).toEqual(
      ["approval-too-late", "three-waves-approved", "wave-rejected"].map((name) => `1.0 ${name}`),
    );
  });

  it.each<[string, string, (history: Json[]) => void]>([
    [
      "an activity that comes earlier",
      'got "announceTransition", recorded "recordPlan"',
      (history) => swapNames(history, "recordPlan", "announceTransition"),
    ],
    [
      "an activity that has another name",
      'got "inspectTarget", recorded "lookAtTarget"',
      (history) => rename(history, "inspectTarget", "lookAtTarget"),
    ],
    [
      "an activity that is no longer called",
      'name":"announceTransition"}, recorded nothing',
      (history) => history.splice(indexOf(history, "announceTransition"), 1),
    ],
    [
      "a timer in the place of an activity",
      'got "activity", recorded "timer"',
      (history) => {
        const event = history[indexOf(history, "recordPlan")];
        if (event !== undefined) event.EventType = TIMER_CREATED;
      },
    ],
  ])("with the call: %s", async (_, where, change) => {
    const { executions } = structuredClone(fixtureNamed("azure-busy"));
    change(executions[0]?.history ?? []);
    expect(await replay({ ...fixtureNamed("azure-busy"), executions })).toEqual([
      expect.stringContaining(where),
    ]);
  });
});

test("every scenario is recorded by the version that runs are begun with", () => {
  const current = fixtures.filter((fixture) => fixture.defaultVersion === defaultVersion);
  expect(current.map(({ scenario }) => scenario).sort()).toEqual(Object.keys(SCENARIOS).sort());
});

test("every orchestrator and every activity is in some history", () => {
  const names = namesIn(fixtures);
  const all = [
    ...[PUBLISH_IMAGE_VERSION, PROMOTE_IMAGE_VERSION, WATCH_REGIONS, RECONCILE_PUBLICATION],
    ...Object.keys(createActivities(createWorld(new VirtualClock()).dependencies)),
  ];
  expect(all.filter((name) => !names.has(name))).toEqual([]);
});

test("a watch that goes on in a new generation is among them", () => {
  const generations = fixtureNamed("long-watch").executions.filter(
    ({ last }) => last.ending?.kind === "continueAsNew",
  );
  expect(generations.length).toBeGreaterThan(1);
});

const TIMER_CREATED = 10;

function fixtureNamed(scenario: string) {
  const found = fixtures.find(
    (fixture) => fixture.scenario === scenario && fixture.defaultVersion === defaultVersion,
  );
  if (found === undefined) throw new Error(`${scenario} isn't recorded`);
  return found;
}

const indexOf = (history: Json[], activity: string): number =>
  history.findIndex(({ Name: name }) => name === activity);

function rename(history: Json[], activity: string, other: string): void {
  const event = history[indexOf(history, activity)];
  if (event !== undefined) event.Name = other;
}

function swapNames(history: Json[], one: string, other: string): void {
  const [first, second] = [indexOf(history, one), indexOf(history, other)].map((at) => history[at]);
  if (first === undefined || second === undefined) throw new Error("there is nothing to swap");
  [first.Name, second.Name] = [other, one];
}

afterAll(() => {
  const executions = fixtures.flatMap((fixture) => fixture.executions);
  const calls = executions.reduce((sum, execution) => sum + callsOf(execution), 0);
  process.stdout.write(
    `histories: ${fixtures.length}, of ${executions.length} executions in ${calls} calls\n`,
  );
});
