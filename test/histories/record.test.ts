import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import host from "../../host.json";
import { createScene } from "../replay/publishing/run";
import { fixtureText, HISTORIES, type HistoryFixture } from "../support/history-fixture";
import { HistoryRecorder } from "./recorder";
import { SCENARIOS } from "./scenarios";

// `npm run histories`: records every scenario anew, by the version that host.json starts runs with. An older
// version is recorded by name (HISTORIES_VERSION) only as long as no release has begun runs by it: docs/upgrades.md.
const { HISTORIES_VERSION: defaultVersion = host.extensions.durableTask.defaultVersion } =
  process.env;
const folder = join(HISTORIES, defaultVersion);

/** Few looks at Azure, where a scenario doesn't say otherwise: fixtures are read by people. */
const REPLICATION_MS = 45_000;

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  // Of the others one may be recorded alone.
  for (const file of readdirSync(folder))
    if (!(basename(file, ".json") in SCENARIOS)) rmSync(join(folder, file));
});

test.each(Object.entries(SCENARIOS))("%s", async (scenario, { story, ends, options, run }) => {
  const recorder = new HistoryRecorder();
  const scene = createScene({ ...options, version: defaultVersion, onOrchestrator: recorder.hear });
  scene.world.behaviour.durationMs = () => REPLICATION_MS;
  const end = await run(scene);
  await scene.harness.stop();
  expect(Object.values(end as object)).toContain(ends);
  const executions = recorder.executions();
  const fixture: HistoryFixture = { scenario, story, defaultVersion, executions };
  writeFileSync(join(folder, `${scenario}.json`), fixtureText(fixture));
});
