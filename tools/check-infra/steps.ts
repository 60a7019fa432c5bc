import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkBicep } from "../check-snippets/bicep";
import { ASSERTIONS } from "./assertions/all";
import { undescribed } from "./assertions/descriptions";
import { keysIn } from "./assertions/no-keys";
import { build, buildParameters, changedSnapshot, lint, unformatted } from "./bicep";
import { untold } from "./canary";
import type { Compiler } from "./compiler";
import { keysInFiles } from "./keys-in-files";
import { offTable } from "./parameter-table";
import { parametersToBuild, unreached } from "./reached-files";
import { DEPLOYMENTS, readEvidence } from "./repository";
import { silenced, wrongLevels } from "./rule-levels";

export const INFRA = "infra";

/** What `azd env set` may say, and what has to come of it. */
export const AZD_VARIABLES = [
  {
    env: { DURABLE_TASK_SCHEDULER: "true" },
    wanted: { durableBackend: "DurableTaskScheduler" },
  },
] as const;

/** Something that is checked, and timed. */
export interface Step {
  name: string;
  /** What is wrong, a line each. */
  run: () => Promise<string[]> | string[];
}

/** Steps that need no compiler: they read what is kept expanded. */
export const withoutCompiler: readonly Step[] = [
  { name: "every file is used", run: () => unreached(INFRA) },
  {
    name: "every rule of lint is an error",
    run: () => [...wrongLevels(INFRA), ...silenced(INFRA)],
  },
  { name: "no keys in files", run: () => keysInFiles(INFRA) },
  {
    name: "README.md has every parameter",
    run: () =>
      offTable(
        readFileSync(join(INFRA, "README.md"), "utf8"),
        readFileSync(join(INFRA, "main.bicep"), "utf8"),
      ),
  },
  ...ASSERTIONS.map(({ name, check }) => ({ name, run: () => check(readEvidence()) })),
];

/** Steps of the compiler. @param scratch a folder for what they write */
export const withCompiler = (compiler: Compiler, scratch: string): readonly Step[] => {
  const main = join(INFRA, "main.bicep");
  const snippets = join(scratch, "snippets");
  return [
    { name: "format", run: () => unformatted(compiler, INFRA, scratch) },
    { name: "lint sees mistakes", run: () => untold(compiler, INFRA, scratch) },
    { name: "lint", run: async () => (await lint(compiler, main)).map(({ text }) => text) },
    {
      name: "build",
      run: async () => {
        const template = await build(compiler, main);
        return [...keysIn("main", template), ...undescribed(template)];
      },
    },
    ...parametersToBuild(INFRA, DEPLOYMENTS).map((file) => ({
      name: `build-params ${file}`,
      run: () => buildParameters(compiler, join(INFRA, file)),
    })),
    ...AZD_VARIABLES.map(({ env, wanted }) => ({
      name: `build-params main.bicepparam with ${Object.entries(env).join()}`,
      run: () => buildParameters(compiler, join(INFRA, "main.bicepparam"), env, wanted),
    })),
    ...DEPLOYMENTS.map((name) => ({
      name: `snapshot ${name}`,
      run: () => changedSnapshot(compiler, join(INFRA, `parameters/${name}.bicepparam`)),
    })),
    { name: "snippets of docs/consume.md", run: () => checkBicep(snippets, compiler.program) },
  ];
};
