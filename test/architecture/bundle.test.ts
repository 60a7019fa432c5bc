import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { createActivities } from "../../src/activities/create-activities";
import type { ActivityDependencies } from "../../src/activities/dependencies";
import {
  PROMOTE_IMAGE_VERSION,
  PUBLISH_IMAGE_VERSION,
  RECONCILE_PUBLICATION,
  WATCH_REGIONS,
} from "../../src/orchestrators/names";
import { readJson, ROOT } from "./repository";

/** `dist/main.js` as the build left it; `npm test` builds before it tests. */
interface Metafile {
  inputs: Record<string, { imports: { path: string; original?: string }[] }>;
  outputs: Record<
    string,
    { entryPoint?: string; imports: { path: string; external?: boolean }[]; bytes: number }
  >;
}
interface Registered {
  name: string;
  trigger: { type: string; queueName?: string; connection?: string; route?: string };
  bindings: string[];
}

const meta = readJson<Metafile>("dist/main.meta.json");
const inputs = Object.keys(meta.inputs);
const settings = {
  ...readJson<{ Values: Record<string, string> }>("local.settings.sample.json").Values,
  // Made when the stack starts for the first time.
  NODE_EXTRA_CA_CERTS: "",
};

/** Starts the bundle in a process of its own, with these settings and nothing else. */
function loadBundle(values: Record<string, string>) {
  return spawnSync(process.execPath, [join(__dirname, "load-bundle.cjs")], {
    cwd: ROOT,
    env: values,
    encoding: "utf8",
  });
}

/** Factories only take their dependencies apart: nothing is called here. */
const activities = createActivities({} as ActivityDependencies);

describe("the deployed bundle", () => {
  test("has one entry, src/main.ts", () => {
    const entries = Object.values(meta.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
    expect(entries).toEqual(["src/main.ts"]);
    expect(Object.keys(meta.outputs).sort()).toEqual(["dist/main.js", "dist/main.js.map"]);
  });

  test("has nothing of the embedded stack, the demo or the tests in it", () => {
    expect(inputs.length).toBeGreaterThan(100);
    expect(inputs.filter((path) => /(^|\/)(src\/local|src\/cli|test)\//.test(path))).toEqual([]);
    expect(inputs.filter((path) => path.startsWith("src/")).length).toBeGreaterThan(40);
  });

  test("takes every package that the product names from dependencies, none from devDependencies", () => {
    const named = inputs
      .filter((path) => path.startsWith("src/"))
      .flatMap((path) => meta.inputs[path]?.imports ?? [])
      .filter(({ path }) => path.startsWith("node_modules/"))
      .flatMap(({ original }) => /^(@[^/]+\/)?[^/]+/.exec(original ?? "")?.[0] ?? []);
    const { dependencies } = readJson<{ dependencies: Record<string, string> }>("package.json");
    expect(named).toContain("durable-functions");
    expect([...new Set(named)].filter((name) => !(name in dependencies))).toEqual([]);
  });

  test("leaves out only Node's modules and @azure/functions-core, which the worker supplies", () => {
    const left = Object.values(meta.outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path),
    );
    expect([...new Set(left)].filter((path) => !isBuiltin(path))).toEqual([
      "@azure/functions-core",
    ]);
    expect(inputs.filter((path) => path.includes("functions-core"))).toEqual([]);
  });
});

describe("what func start and the Functions host look for", () => {
  test("package.json names the bundle as main, and it was built", () => {
    const { main } = readJson<{ main: string }>("package.json");
    expect(main).toBe("dist/main.js");
    expect(existsSync(join(ROOT, main))).toBe(true);
  });

  test("no function.json lies about: an app has one programming model", () => {
    const directories = readdirSync(ROOT, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const found = directories.filter(({ name }) => existsSync(join(ROOT, name, "function.json")));
    expect(found).toEqual([]);
  });

  test("the bundle registers every activity, every orchestrator and every trigger", () => {
    const run = loadBundle(settings);
    expect(run.stderr).toBe("");
    const registered = JSON.parse(run.stdout) as Registered[];
    const namesOf = (type: RegExp): string[] =>
      registered.filter(({ trigger }) => type.test(trigger.type)).map(({ name }) => name);
    expect(namesOf(/^activityTrigger$/i).sort()).toEqual(Object.keys(activities).sort());
    expect(namesOf(/^orchestrationTrigger$/i).sort()).toEqual([
      PROMOTE_IMAGE_VERSION,
      PUBLISH_IMAGE_VERSION,
      RECONCILE_PUBLICATION,
      WATCH_REGIONS,
    ]);
    expect(namesOf(/^serviceBusTrigger$/i)).toEqual(["publishFromQueue"]);
    expect(namesOf(/^httpTrigger$/i)).toContain("publishOverHttp");
    const names = registered.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  test("triggers name settings that the sample has", () => {
    const registered = JSON.parse(loadBundle(settings).stdout) as Registered[];
    const queue = registered.find(({ name }) => name === "publishFromQueue")?.trigger;
    expect(queue).toMatchObject({
      queueName: "%PUBLISH_REQUESTS_QUEUE%",
      connection: "ServiceBusConnection",
    });
    expect(Object.keys(settings)).toEqual(
      expect.arrayContaining(["PUBLISH_REQUESTS_QUEUE", "ServiceBusConnection"]),
    );
  });

  test("without settings the bundle ends with one message that names all of them", () => {
    const run = loadBundle({});
    expect(run.status).not.toBe(0);
    for (const key of ["ServiceBusConnection", "STORAGE_TABLE_ENDPOINT", "STORAGE_BLOB_ENDPOINT"])
      expect(run.stderr).toContain(key);
  });
});

test("the activities have the names that runs in flight and the request for this product rely on", () => {
  expect(Object.keys(activities)).toEqual(
    expect.arrayContaining([
      "inspectTarget",
      "prepareRegion",
      "createOrReplicateVersion",
      "readReplication",
      "recordFailure",
    ]),
  );
});
