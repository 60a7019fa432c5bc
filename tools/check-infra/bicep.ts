import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Compiler } from "./compiler";
import { bicepFiles } from "./reached-files";
import type { Template } from "./evidence";

/** Where a deployment's expansion is kept for, so that it comes out the same everywhere. */
const SNAPSHOT_OF = [
  ...["--subscription-id", "00000000-0000-0000-0000-000000000000"],
  ...["--tenant-id", "99999999-9999-9999-9999-999999999999"],
  ...["--location", "westeurope", "--deployment-name", "check"],
];

/** The compiler colours what it shows, whether or not somebody looks at it. */
// eslint-disable-next-line no-control-regex -- colours begin with one
const COLOURS = /\u001b\[[\d;]*m/g;

/** Something that the compiler says of a file. */
export interface Diagnostic {
  rule: string;
  /** Types' diagnostics have none: the compiler holds them for warnings. */
  level: string | undefined;
  text: string;
}

interface Sarif {
  runs: {
    results: {
      ruleId: string;
      level?: string;
      message: { text: string };
      locations: {
        physicalLocation: {
          artifactLocation: { uri: string };
          region?: { startLine: number };
        };
      }[];
    }[];
  }[];
}

/** Copies the folder without what the compiler came in. */
export function copyInfra(infra: string, to: string): string {
  cpSync(infra, to, {
    recursive: true,
    filter: (path) => !/infra\/tools\/(packages|obj)/.test(path),
  });
  return to;
}

/** Files that aren't as the formatter writes them; a copy is formatted, in `scratch`. */
export async function unformatted(
  compiler: Compiler,
  infra: string,
  scratch: string,
): Promise<string[]> {
  const copy = copyInfra(infra, join(scratch, "formatted"));
  for (const kind of ["bicep", "bicepparam"]) {
    const { code, stderr } = await compiler(["format", "--pattern", join(copy, `**/*.${kind}`)]);
    if (code !== 0) return [`bicep format ended with ${code}: ${stderr.trim()}`];
  }
  return bicepFiles(infra)
    .filter(
      (file) => readFileSync(join(infra, file), "utf8") !== readFileSync(join(copy, file), "utf8"),
    )
    .map((file) => `${file} isn't as bicep format writes it`);
}

/** What the compiler says of a file and of everything that it reaches. */
export async function lint(compiler: Compiler, file: string): Promise<Diagnostic[]> {
  const { stdout, stderr } = await compiler(["lint", file, "--diagnostics-format", "sarif"]);
  if (!stdout.startsWith("{")) throw new Error(`bicep lint ${file} said no SARIF: ${stderr}`);
  return (JSON.parse(stdout) as Sarif).runs.flatMap(({ results }) =>
    results.map(({ ruleId, level, message, locations }) => {
      const place = locations[0]?.physicalLocation;
      const at = `${place?.artifactLocation.uri ?? file}:${place?.region?.startLine ?? "?"}`;
      return { rule: ruleId, level, text: `${at} ${ruleId} ${message.text}` };
    }),
  );
}

/** The compiled template. */
export async function build(compiler: Compiler, file: string): Promise<Template> {
  const { code, stdout, stderr } = await compiler(["build", file, "--stdout"]);
  if (code !== 0) throw new Error(`bicep build ${file} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Template;
}

/**
 * What is wrong with a file of parameters.
 * @param env variables that it reads, beside those that azd always has
 * @param wanted values that come of them
 */
export async function buildParameters(
  compiler: Compiler,
  file: string,
  env: NodeJS.ProcessEnv = {},
  wanted: Readonly<Record<string, unknown>> = {},
): Promise<string[]> {
  const azd = { AZURE_ENV_NAME: "check", AZURE_LOCATION: "westeurope" };
  const args = ["build-params", file, "--stdout"];
  const { code, stdout, stderr } = await compiler(args, { ...azd, ...env });
  if (code !== 0 || stderr.trim() !== "")
    return [`bicep build-params ${file} ended with ${code}: ${stderr.trim()}`];
  const { parametersJson } = JSON.parse(stdout) as { parametersJson: string };
  const { parameters } = JSON.parse(parametersJson) as {
    parameters: Record<string, { value: unknown } | undefined>;
  };
  return Object.entries(wanted)
    .filter(([name, value]) => parameters[name]?.value !== value)
    .map(
      ([name, value]) =>
        `${file} makes ${name} ${String(parameters[name]?.value)}, not ${String(value)}`,
    );
}

/** Why a deployment doesn't expand to what is kept beside its parameters. */
export async function changedSnapshot(
  compiler: Compiler,
  file: string,
  mode: "validate" | "overwrite" = "validate",
): Promise<string[]> {
  const { code, stdout, stderr } = await compiler([
    "snapshot",
    file,
    "--mode",
    mode,
    ...SNAPSHOT_OF,
  ]);
  if (code === 0) return [];
  const told = `${stdout}\n${stderr}`
    .replace(COLOURS, "")
    .split("\n")
    .filter((line) => /^\s*[~+-] |rror|could not/.test(line));
  return [
    `${file} expands to something else than its snapshot: npm run infra:check -- --update, and look at the difference`,
    ...told.slice(0, 20),
  ];
}
