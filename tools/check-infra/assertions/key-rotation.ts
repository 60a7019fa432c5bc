import { at, type Deployment, type Resource } from "../evidence";
import type { Assertion } from "./assertion";

/** Address of a key that somebody else has made, with its version. */
const VERSION = /^https:\/\/[^/]+\/keys\/[^/]+\/[0-9a-f]{32}$/;

/**
 * A set whose key is made with it goes over to the key's newest version, or a rotation would be for nothing; one
 * whose key is named keeps the version that is named (infra/README.md, "One more region").
 */
export const keyRotation: Assertion = {
  name: "sets follow their keys",
  check: ({ deployments }) =>
    deployments.flatMap((deployment) =>
      deployment.resources
        .filter(({ type }) => type === "Microsoft.Compute/diskEncryptionSets")
        .flatMap((set) =>
          wrongRotation(deployment, set).map((what) => `${deployment.name}: ${set.name} ${what}`),
        ),
    ),
};

function wrongRotation({ resources }: Deployment, set: Resource): string[] {
  const url = String(at(set, "properties.activeKey.keyUrl"));
  const rotates = at(set, "properties.rotationToLatestKeyVersionEnabled");
  const isMade = resources.some(
    ({ type, id }) => type === "Microsoft.KeyVault/vaults/keys" && url.includes(`'${id}'`),
  );
  if (!isMade && !VERSION.test(url))
    return [`has the key ${url}: it needs one that is deployed, or the address of a version`];
  if (rotates === isMade) return [];
  return [
    `has rotationToLatestKeyVersionEnabled ${String(rotates)}: make it ${String(isMade)}, its key is ${isMade ? "made here" : "named with a version"}`,
  ];
}
