import { problem, type Problem } from "../problem";
import type { RequestRules } from "./parse-request";
import type { Rollout } from "./publish-request";

/** Disks are made where the configuration says, and nowhere else: without a place none can be made. */
export function verificationProblems(
  verify: Rollout["verify"] | undefined,
  { verificationGroup }: Pick<RequestRules, "verificationGroup">,
): Problem[] {
  if (verify !== "disk" || verificationGroup !== undefined) return [];
  return [
    problem(
      "$.rollout.verify",
      "VerificationNotConfigured",
      "the app has no resource group to make disks in: VERIFICATION_RESOURCE_GROUP isn't set",
      'have the setting made, or leave rollout.verify out, or say "none"',
    ),
  ];
}
