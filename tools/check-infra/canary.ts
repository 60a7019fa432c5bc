import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { lint } from "./bicep";
import type { Compiler } from "./compiler";
import { unknownRules } from "./known-rules";
import { BROKEN } from "./rule-levels";

/** What `canary.bicep` breaks beside rules: types, which the compiler only warns of. */
const TYPES = ["BCP036", "BCP037", "BCP081"];

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
    ...BROKEN.filter((rule) => !isTold(rule, "error")).map((rule) => `${rule} is no error`),
    ...TYPES.filter((rule) => !isTold(rule, undefined)).map((rule) => `${rule} isn't told`),
    ...unknownRules(compiler, infra),
  ];
}
