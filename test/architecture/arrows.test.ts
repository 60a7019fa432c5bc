import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "./repository";

/**
 * One file for each rule, made so that it breaks this rule and no other. Every rule of the
 * configuration must have its file here: a rule that never fires protects nothing.
 */
const BAD_FILES: Record<string, { file: string; source: string }[]> = {
  "no-cycles": [
    {
      file: "src/domain/cycle-a.ts",
      source: `import { b } from "./cycle-b"; export const a = () => b();`,
    },
  ],
  "domain-is-pure": [
    {
      file: "src/domain/bad-azure.ts",
      source: `import type { T } from "../azure/good"; export type U = T;`,
    },
    { file: "src/domain/bad-config.ts", source: `export { config } from "../config";` },
    {
      file: "src/domain/bad-activity.ts",
      source: `export const load = () => import("../activities/good");`,
    },
  ],
  "domain-has-no-io": [
    {
      file: "src/domain/bad-file.ts",
      source: `import { readFileSync } from "node:fs"; readFileSync("x");`,
    },
    {
      file: "src/domain/bad-bare.ts",
      source: `import { readFile } from "fs/promises"; void readFile("x");`,
    },
    {
      file: "src/domain/bad-sdk.ts",
      source: `import { DefaultAzureCredential } from "@azure/identity"; void DefaultAzureCredential;`,
    },
    {
      file: "src/domain/bad-sdk-type.ts",
      source: `import type { Agent } from "node:http"; export type A = Agent;`,
    },
    {
      file: "src/domain/bad-unknown.ts",
      source: `import { x } from "not-installed-at-all"; void x;`,
    },
  ],
  "azure-knows-domain": [
    {
      file: "src/azure/bad-activity.ts",
      source: `import { good } from "../activities/good"; void good;`,
    },
    { file: "src/azure/bad-config.ts", source: `import { config } from "../config"; void config;` },
  ],
  "activities-know-domain-and-azure": [
    {
      file: "src/activities/bad-function.ts",
      source: `import { good } from "../functions/good"; void good;`,
    },
    {
      file: "src/activities/bad-orchestrator.ts",
      source: `import { NAME } from "../orchestrators/names"; void NAME;`,
    },
  ],
  "orchestrators-know-domain": [
    {
      file: "src/orchestrators/bad-azure.ts",
      source: `import type { T } from "../azure/good"; export type U = T;`,
    },
    {
      file: "src/orchestrators/bad-config.ts",
      source: `import { config } from "../config"; void config;`,
    },
  ],
  "orchestrators-take-only-types-of-activities": [
    {
      file: "src/orchestrators/bad-activity.ts",
      source: `import { good } from "../activities/good"; void good;`,
    },
  ],
  "orchestrators-have-no-io": [
    {
      file: "src/orchestrators/bad-events.ts",
      source: `import { once } from "events"; void once;`,
    },
    {
      file: "src/orchestrators/bad-file.ts",
      source: `export const load = () => import("node:fs");`,
    },
    { file: "src/orchestrators/bad-require.ts", source: `const fs = require("node:fs"); void fs;` },
    {
      file: "src/orchestrators/bad-sdk.ts",
      source: `import { BlobServiceClient } from "@azure/storage-blob"; void BlobServiceClient;`,
    },
  ],
  "functions-know-domain-and-names": [
    {
      file: "src/functions/bad-orchestrator.ts",
      source: `import { good } from "../orchestrators/good"; void good;`,
    },
    {
      file: "src/functions/bad-config.ts",
      source: `import { config } from "../config"; void config;`,
    },
    {
      file: "src/functions/bad-activity.ts",
      source: `import { good } from "../activities/good"; void good;`,
    },
  ],
  "functions-take-only-types-of-azure": [
    {
      file: "src/functions/bad-azure.ts",
      source: `import { good } from "../azure/good"; void good;`,
    },
  ],
  "cli-knows-types-of-domain": [
    {
      file: "src/cli/bad-function.ts",
      source: `import type { T } from "../functions/good"; export type U = T;`,
    },
    { file: "src/cli/bad-config.ts", source: `import { config } from "../config"; void config;` },
  ],
  "cli-takes-only-types": [
    { file: "src/cli/bad-domain.ts", source: `import { good } from "../domain/good"; void good;` },
  ],
  "local-knows-only-local": [
    {
      file: "src/local/arm/bad-domain.ts",
      source: `import type { T } from "../../domain/good"; export type U = T;`,
    },
    {
      file: "src/local/arm/bad-config.ts",
      source: `import { config } from "../../config"; void config;`,
    },
  ],
  "nobody-imports-local": [
    {
      file: "src/bad-local.ts",
      source: `import type { T } from "./local/arm/good"; export type U = T;`,
    },
  ],
  "nobody-imports-cli": [
    { file: "src/bad-cli.ts", source: `import { good } from "./cli/good"; void good;` },
  ],
};

/** The other half of the cycle, which is reported once. */
const CYCLE_B = {
  file: "src/domain/cycle-b.ts",
  source: `import { a } from "./cycle-a"; export const b = (): unknown => a();`,
};

/** Every arrow that is allowed; none of these may be refused. */
const GOOD_FILES: Record<string, string> = {
  "src/domain/good.ts": `import { createHash } from "crypto"; import * as z from "zod"; export type T = string; export const good = () => [createHash, z];`,
  "src/domain/good-type-cycle.ts": `import type { R } from "./good-type-cycle-b"; export type Q = R | 1;`,
  "src/domain/good-type-cycle-b.ts": `import type { Q } from "./good-type-cycle"; export type R = { q: Q };`,
  "src/azure/good.ts": `import { good as d } from "../domain/good"; import { BlobServiceClient } from "@azure/storage-blob"; export type T = BlobServiceClient; export const good = d;`,
  "src/activities/good.ts": `import { good as a } from "../azure/good"; import { good as d } from "../domain/good"; export type T = 1; export const good = () => [a, d];`,
  "src/orchestrators/names.ts": `export const NAME = "name";`,
  "src/orchestrators/good.ts": `import { RetryOptions } from "durable-functions"; import type { T } from "../activities/good"; import { good as d } from "../domain/good"; import { NAME } from "./names"; export const good = (t: T) => [d, NAME, t, RetryOptions];`,
  "src/functions/good.ts": `import type { T as A } from "../azure/good"; import { good as d } from "../domain/good"; import { NAME } from "../orchestrators/names"; export type T = A; export const good = [d, NAME];`,
  "src/cli/good.ts": `import type { T as D } from "../domain/good"; import http from "node:http"; export type T = D; export const good = http;`,
  "src/local/arm/good.ts": `import http from "node:http"; import { Hono } from "hono"; export type T = Hono; export const good = http;`,
  "src/config.ts": `export const config = 1;`,
  "src/main.ts": `import { config } from "./config"; import { good as f } from "./functions/good"; import { good as a } from "./activities/good"; import { good as o } from "./orchestrators/good"; void [config, f, a, o];`,
};

interface Violation {
  from: string;
  rule: { name: string };
}

/** Rules that fired, by the file that they fired for. */
function cruise(directory: string): Map<string, Set<string>> {
  const run = spawnSync(
    process.execPath,
    [
      join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs"),
      ...["--config", join(ROOT, ".dependency-cruiser.cjs"), "--output-type", "json", "src"],
    ],
    { cwd: directory, encoding: "utf8", maxBuffer: 64e6 },
  );
  if (!run.stdout.startsWith("{")) throw new Error(`depcruise: ${run.stdout}${run.stderr}`);
  const { summary } = JSON.parse(run.stdout) as { summary: { violations: Violation[] } };
  const fired = new Map<string, Set<string>>();
  for (const { from, rule } of summary.violations)
    fired.set(from, (fired.get(from) ?? new Set()).add(rule.name));
  return fired;
}

let directory: string;
let fired: Map<string, Set<string>>;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "gallery-publisher-arrows-"));
  for (const file of ["package.json", "tsconfig.json"])
    cpSync(join(ROOT, file), join(directory, file));
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"), "junction");
  const bad = Object.values(BAD_FILES).flat();
  const good = Object.entries(GOOD_FILES).map(([file, source]) => ({ file, source }));
  for (const { file, source } of [...bad, CYCLE_B, ...good]) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), `${source}\n`);
  }
  fired = cruise(directory);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("every rule of the configuration has a file that breaks it", () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a configuration in CommonJS
  const { forbidden } = require("../../.dependency-cruiser.cjs") as {
    forbidden: { name: string; severity: string }[];
  };
  expect(Object.keys(BAD_FILES).sort()).toEqual(forbidden.map((rule) => rule.name).sort());
  expect(new Set(forbidden.map((rule) => rule.severity))).toEqual(new Set(["error"]));
});

const cases = Object.entries(BAD_FILES).flatMap(([rule, files]) =>
  files.map(({ file }) => [file, rule] as const),
);

test.each(cases)("%s is refused by %s and by no other rule", (file, rule) => {
  expect([...(fired.get(file) ?? [])]).toEqual([rule]);
});

test.each(Object.keys(GOOD_FILES))("%s is allowed", (file) => {
  expect([...(fired.get(file) ?? [])]).toEqual([]);
});

test("the sources of this repository break no rule", () => {
  expect(cruise(ROOT)).toEqual(new Map());
});
