import { keyOf } from "../arm-id";
import { bodyOf, type ArmRequest } from "../arm-message";
import type { ComputeService } from "../compute-service";
import { ArmError } from "../errors";
import { isObject, merged, objectAt, type JsonObject } from "../json";
import { shortRegionName } from "../region-name";
import type { ResourceType } from "../resources/resource-type";
import type { PolicyEntry } from "../world/policy-schema";

const VERSIONS = "Microsoft.Compute/galleries/images/versions";

/** What a policy looked at and didn't like, as Azure tells it. */
interface Finding {
  path: string;
  operator: string;
  value: unknown;
  target: unknown;
}

/**
 * Evaluates the policies over a write: the resource as the body wants it to be. What a PUT leaves
 * out isn't there, even where the service would keep it.
 * @throws {ArmError} 403 RequestDisallowedByPolicy for the first that denies it
 */
export function checkPolicies(
  { policies, state }: ComputeService,
  type: ResourceType,
  request: ArmRequest,
): void {
  const { method, rawPath, path } = request;
  const writes = method === "PUT" || method === "PATCH";
  // Groups and subscriptions aren't resources: policies of the usual kind leave them out.
  if (!writes || policies.length === 0 || path.type === "resourcegroups") return;
  const before = method === "PATCH" ? state.find(keyOf(rawPath)) : undefined;
  const { location, tags = {}, properties = {} } = before ?? {};
  // Tags are replaced by a change of them, everything else is merged.
  const body = { tags, ...(merged({ location, properties }, bodyOf(request)) as JsonObject) };
  for (const policy of policies) {
    if (!`${keyOf(rawPath)}/`.startsWith(`${keyOf(policy.scope)}/`)) continue;
    const finding = findingOf(policy, type.type, body);
    if (finding !== undefined) throw disallowed(policy, request, finding);
  }
}

function findingOf({ deny }: PolicyEntry, type: string, body: JsonObject): Finding | undefined {
  const { unencryptedVersions, regionsOtherThan, withoutTag } = deny;
  if (unencryptedVersions === true && type === VERSIONS) return unencrypted(body);
  if (regionsOtherThan !== undefined) return elsewhere(body, regionsOtherThan);
  if (withoutTag !== undefined) return untagged(body, withoutTag);
  return undefined;
}

const regionsOf = (body: JsonObject): JsonObject[] => {
  const profile = objectAt(objectAt(body, "properties"), "publishingProfile");
  const regions = profile["targetRegions"];
  return Array.isArray(regions) ? regions.filter(isObject) : [];
};

const TARGETS = `${VERSIONS}/publishingProfile.targetRegions[*]`;

function unencrypted(body: JsonObject): Finding | undefined {
  const regions = regionsOf(body);
  const encrypted = regions.filter((region) => {
    const osDisk = objectAt(objectAt(region, "encryption"), "osDiskImage");
    const security = objectAt(osDisk, "securityProfile");
    return (osDisk["diskEncryptionSetId"] ?? security["secureVMDiskEncryptionSetId"]) !== undefined;
  });
  if (regions.length > 0 && encrypted.length === regions.length) return undefined;
  const path = `${TARGETS}.encryption.osDiskImage.diskEncryptionSetId`;
  return { path, operator: "Exists", value: "False", target: "false" };
}

function elsewhere(body: JsonObject, allowed: string[]): Finding | undefined {
  const named: [path: string, region: unknown][] = [
    ["location", body["location"]],
    ...regionsOf(body).map(({ name }): [string, unknown] => [`${TARGETS}.name`, name]),
  ];
  const found = named.find(
    ([, region]) => typeof region === "string" && !allowed.includes(shortRegionName(region)),
  );
  return found && { path: found[0], operator: "NotIn", value: found[1], target: allowed };
}

/** Names of tags are compared without case. */
function untagged(body: JsonObject, tag: string): Finding | undefined {
  const tags = Object.keys(objectAt(body, "tags")).map((one) => one.toLowerCase());
  if (tags.includes(tag.toLowerCase())) return undefined;
  return { path: `tags['${tag}']`, operator: "Exists", value: "False", target: "false" };
}

function disallowed(policy: PolicyEntry, { path }: ArmRequest, finding: Finding): ArmError {
  const { subscriptionId = "" } = path;
  const scope = policy.scope === "/" ? `/subscriptions/${subscriptionId}` : policy.scope;
  const { name, displayName = name } = policy;
  const assignment = `${scope}/providers/Microsoft.Authorization/policyAssignments/${name}`;
  const definition = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/policyDefinitions/${name}`;
  const identifiers = JSON.stringify([
    {
      policyAssignment: { name: displayName, id: assignment },
      policyDefinition: { name: displayName, id: definition },
    },
  ]);
  const resource = path.names.at(-1) ?? path.resourceGroup ?? "";
  return new ArmError(
    403,
    "RequestDisallowedByPolicy",
    `Resource '${resource}' was disallowed by policy. Policy identifiers: '${identifiers}'.`,
    {
      target: resource,
      additionalInfo: [
        {
          type: "PolicyViolation",
          info: {
            evaluationDetails: {
              evaluatedExpressions: [
                {
                  result: "True",
                  expressionKind: "Field",
                  expression: finding.path,
                  path: finding.path,
                  expressionValue: finding.value,
                  targetValue: finding.target,
                  operator: finding.operator,
                },
              ],
            },
            policyDefinitionId: definition,
            policyDefinitionName: name,
            policyDefinitionDisplayName: displayName,
            policyDefinitionEffect: "deny",
            policyAssignmentId: assignment,
            policyAssignmentName: name,
            policyAssignmentDisplayName: displayName,
            policyAssignmentScope: scope,
            policyAssignmentParameters: {},
          },
        },
      ],
    },
  );
}
