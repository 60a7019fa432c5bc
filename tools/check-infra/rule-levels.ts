import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rulesOf } from "./known-rules";
import { bicepFiles } from "./reached-files";

const CONFIG = "bicepconfig.json";

/** Rules that `canary.bicep` breaks. */
export const BROKEN = [
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
] as const;

/** Rules that no file at hand breaks: whether they are there, and what they are spelt like, is all that is known. */
const UNBROKEN = [
  "adminusername-should-not-be-literal",
  "artifacts-parameters",
  "decompiler-cleanup",
  "explicit-values-for-loc-params",
  "max-asserts",
  "max-outputs",
  "max-params",
  "max-resources",
  "max-variables",
  "nested-deployment-template-scoping",
  "no-conflicting-metadata",
  "no-conflicting-version-constraints",
  "no-deployments-resources",
  "no-explicit-any",
  "no-incompatible-entrypoint-version",
  "no-loc-expr-outside-params",
  "no-module-name",
  "no-unused-existing-resources",
  "no-unused-imports",
  "protect-commandtoexecute-secrets",
  "secure-params-in-nested-deploy",
  "secure-params-in-parameters-file",
  "secure-secrets-in-params",
  "use-description-type-properties",
  "use-recent-az-powershell-version",
  "use-recent-module-versions",
  "use-recognized-resource-type",
  "use-resource-symbol-reference",
  "use-secure-value-for-secure-inputs",
  "use-stable-vm-image",
];

/** Rules that the templates can't keep, each for a reason that infra/README.md gives. */
const OFF = [
  "use-description-vars",
  "use-recent-api-versions",
  "use-resource-id-functions",
  "use-user-defined-types",
  "what-if-short-circuiting",
];

/**
 * Rules that aren't errors, and those that are gone: the compiler only warns of what it isn't told of, or says
 * nothing.
 */
export function wrongLevels(infra: string): string[] {
  const rules = rulesOf(infra);
  const listed: readonly string[] = [...BROKEN, ...UNBROKEN, ...OFF];
  return [
    ...Object.entries(rules).flatMap(([rule, { level }]) => {
      const wanted = OFF.includes(rule) ? "off" : "error";
      return level === wanted ? [] : [`${rule} has the level ${level}, not ${wanted}`];
    }),
    ...listed
      .filter((rule) => !(rule in rules))
      .map(
        (rule) => `${rule} isn't in ${CONFIG}: put it back, nothing else says that it is an error`,
      ),
    ...Object.keys(rules)
      .filter((rule) => !listed.includes(rule))
      .map((rule) => `${rule} is on no list of rule-levels.ts: put it there, or it can go unseen`),
  ];
}

/** What keeps lint from telling something, beside the rules of the folder. */
export function silenced(infra: string): string[] {
  const configs = readdirSync(infra, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(`/${CONFIG}`) && !path.startsWith("tools/"))
    .map((path) => `${path} takes its folder away from the rules of ${CONFIG}: delete it`);
  const lines = bicepFiles(infra).flatMap((file) =>
    readFileSync(join(infra, file), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        line.trim().startsWith("#disable-")
          ? [`${file}:${index + 1} silences lint: mend what it tells instead`]
          : [],
      ),
  );
  return [...configs, ...lines];
}
