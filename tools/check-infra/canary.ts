import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { lint } from "./bicep";
import type { Compiler } from "./compiler";
import { rulesOf, unknownRules } from "./known-rules";

/** What `canary.bicep` breaks: rules, which are errors, and types, which the compiler only warns of. */
const TOLD = {
  error: [
    "no-hardcoded-env-urls",
    "no-hardcoded-location",
    "no-hardcoded-outputs",
    "no-unnecessary-dependson",
    "no-unused-params",
    "no-unused-types",
    "no-unused-vars",
    "outputs-should-not-contain-secrets",
    "prefer-interpolation",
    "prefer-unquoted-property-names",
    "secure-parameter-default",
    "simplify-interpolation",
    "simplify-json-null",
    "use-description-outputs",
    "use-description-params",
    "use-description-types",
    "use-parent-property",
    "use-safe-access",
    "use-stable-resource-identifiers",
  ],
  warning: ["BCP036", "BCP037", "BCP081"],
} as const;

/** Rules that the templates can't keep, each for a reason that infra/README.md gives. */
const OFF = [
  "use-description-vars",
  "use-recent-api-versions",
  "use-resource-id-functions",
  "use-user-defined-types",
  "what-if-short-circuiting",
];

/**
 * Whether lint sees anything at all. The compiler takes misspelt names and levels of rules in silence, so a
 * file that breaks rules has to be told, as errors.
 * @param infra folder of the `bicepconfig.json` to judge
 */
export async function untold(
  compiler: Compiler,
  infra: string,
  scratch: string,
): Promise<string[]> {
  const folder = join(scratch, "canary");
  mkdirSync(folder);
  copyFileSync(join(infra, "bicepconfig.json"), join(folder, "bicepconfig.json"));
  copyFileSync("tools/check-infra/canary.bicep", join(folder, "canary.bicep"));
  const found = await lint(compiler, join(folder, "canary.bicep"));
  const isTold = (rule: string, level: string | undefined): boolean =>
    found.some((one) => one.rule === rule && one.level === level);
  return [
    ...TOLD.error.filter((rule) => !isTold(rule, "error")).map((rule) => `${rule} is no error`),
    ...TOLD.warning.filter((rule) => !isTold(rule, undefined)).map((rule) => `${rule} isn't told`),
    ...wrongLevels(infra),
    ...unknownRules(compiler, infra),
  ];
}

/** Levels that mean nothing, and rules that are off without being on the list. */
export function wrongLevels(infra: string): string[] {
  return Object.entries(rulesOf(infra)).flatMap(([rule, { level }]) => {
    const wanted = OFF.includes(rule) ? "off" : "error";
    return level === wanted ? [] : [`${rule} has the level ${level}, not ${wanted}`];
  });
}
