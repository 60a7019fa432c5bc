import type { Problem } from "../problem";
import { knownRegions } from "../region-name";
import { notAllowed } from "./allow-list";
import { endOfLifeProblems } from "./end-of-life";
import type { RequestRules } from "./parse-request";
import { isEncrypted, resourcesOf, setUsesOf, type PublishRequest } from "./publish-request";
import { platformKeysNotAllowed, usesPlatformKeys } from "./read-confidential-disk";
import { encryptionNoneNotAllowed } from "./read-encryption";
import { replicaProblems } from "./read-regions";
import { machineProblems } from "./read-source";
import { unknownRegion } from "./unknown-region";
import { verificationProblems } from "./verification";

/**
 * What stands against a request that was admitted before. The configuration and the clock may have changed since;
 * each of the rules that ask them is the one that admission asks, in the words that it has for it. Which sets a
 * region has was settled at admission, and stays so.
 */
export function noLongerAllowed(
  request: PublishRequest,
  rules: Omit<RequestRules, "resolution">,
): Problem[] {
  return [
    ...notAllowed(touched(request), rules.allow),
    ...(request.source.kind === "virtualMachine" && isEncrypted(request)
      ? machineProblems(rules.vmSourceWithCmk)
      : []),
    ...(rules.platformManagedKeys === "reject" ? platformKeys(request) : []),
    ...endOfLifeProblems(request.endOfLifeDate, rules.now),
    ...regionProblems(request, rules),
    ...verificationProblems(request.rollout.verify, rules),
  ];
}

const inRegion = (index: number, below: string): string => `$.targetRegions[${index}].${below}`;

function touched({ image, source, targetRegions }: PublishRequest) {
  const uses = targetRegions.flatMap((region, index) =>
    setUsesOf(region).map(({ reference, path }) => ({
      reference,
      path: inRegion(index, `encryption.${path}`),
      region: region.name,
    })),
  );
  return { image, sources: resourcesOf(source), uses };
}

function platformKeys(request: PublishRequest): Problem[] {
  const confidential = request.targetRegions.flatMap(({ name, osDiskImage }, index) => {
    const type = osDiskImage.securityProfile?.confidentialVMEncryptionType;
    if (type === undefined || !usesPlatformKeys(type)) return [];
    const below = "encryption.osDiskImage.securityProfile.confidentialVMEncryptionType";
    return [platformKeysNotAllowed(type, inRegion(index, below), name)];
  });
  return isEncrypted(request) ? confidential : [encryptionNoneNotAllowed(), ...confidential];
}

function regionProblems(
  { targetRegions, replicaCount }: PublishRequest,
  {
    additionalRegions,
    maxReplicaCount: max,
  }: Pick<RequestRules, "additionalRegions" | "maxReplicaCount">,
): Problem[] {
  const known = knownRegions(additionalRegions);
  return [
    ...(replicaCount === undefined ? [] : replicaProblems(replicaCount, "$.replicaCount", max)),
    ...targetRegions.flatMap(({ name, regionalReplicaCount: own }, index) => [
      ...unknownRegion(name, inRegion(index, "name"), known),
      ...(own === undefined || own === replicaCount
        ? []
        : replicaProblems(own, inRegion(index, "regionalReplicaCount"), max)),
    ]),
  ];
}
