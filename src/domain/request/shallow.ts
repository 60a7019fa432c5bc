import { problem, type Problem } from "../problem";
import { DEFAULTS, type PublishRequest } from "./publish-request";
import type { Targets } from "./read-regions";
import type { PlacedRegion } from "./same-encryption";

/**
 * Shallow replication takes one region and one replica, and no disk encryption set (Azure's
 * documentation), so that only a request for platform-managed keys can have it.
 * @param regions those that could be read
 */
export function shallowProblems(
  encryptionType: PublishRequest["encryption"]["type"],
  targets: Targets,
  regions: readonly Pick<PlacedRegion, "requested" | "path">[],
): Problem[] {
  if (encryptionType !== "none")
    return [
      problem(
        "$.replicationMode",
        "ShallowWithCustomerManagedKey",
        "shallow replication takes no disk encryption set, so the version would not be encrypted with your keys",
        'use "Full"',
      ),
    ];
  const problems: Problem[] = [];
  if (targets.most > 1)
    problems.push(
      problem(
        "$.targetRegions",
        "ShallowOneRegion",
        `shallow replication goes to the version's own region alone, the request names ${targets.most}`,
        'name one region, or use "Full"',
      ),
    );
  for (const { path, requested } of regions) {
    const { name, regionalReplicaCount = DEFAULTS.replicaCount, osDiskImage } = requested;
    if (regionalReplicaCount !== 1)
      problems.push(
        problem(
          `${path}.regionalReplicaCount`,
          "ShallowOneReplica",
          `shallow replication has one replica, region ${name} asks for ${regionalReplicaCount}`,
          'ask for one, or use "Full"',
          name,
        ),
      );
    if (osDiskImage.securityProfile !== undefined)
      problems.push(
        problem(
          `${path}.encryption.osDiskImage.securityProfile`,
          "ShallowWithConfidentialType",
          "shallow replication takes no encryption of a confidential OS disk",
          'use "Full"',
          name,
        ),
      );
  }
  return problems;
}
