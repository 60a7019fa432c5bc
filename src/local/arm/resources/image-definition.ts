import { ArmError } from "../errors";
import { isObject, objectAt, type JsonObject } from "../json";
import type { ResourceRecord } from "../world-state";
import { GENERATIONS, OS_STATES, OS_TYPES, spelled } from "./disk-like";
import type { TrackedType } from "./tracked-resource";

const FIXED = ["osType", "osState", "hyperVGeneration", "architecture"] as const;
const SECURITY_TYPES = [
  "None",
  "Standard",
  "TrustedLaunch",
  "TrustedLaunchSupported",
  "TrustedLaunchAndConfidentialVmSupported",
  "ConfidentialVM",
  "ConfidentialVmSupported",
] as const;

/** Image definitions. */
export const imageDefinitionType: TrackedType = {
  type: "Microsoft.Compute/galleries/images",
  endpoint: "capsOperations",
  accepted: { create: 201, update: 200, bothHeaders: false },
  writeSeconds: (service) => service.timing.gallerySeconds,
  properties(given, { before }) {
    for (const name of ["osType", "osState"]) if (given[name] === undefined) throw missing(name);
    const { features } = given;
    const properties: JsonObject = {
      hyperVGeneration: "V1",
      architecture: "x64",
      ...given,
      ...spelled(
        given,
        {
          osType: OS_TYPES,
          osState: OS_STATES,
          hyperVGeneration: GENERATIONS,
          architecture: ["x64", "Arm64"],
        },
        "galleryImage.properties",
      ),
      ...(Array.isArray(features) ? { features: features.map(featureOf) } : {}),
    };
    const identifier = objectAt(properties, "identifier");
    for (const part of ["publisher", "offer", "sku"])
      if (typeof identifier[part] !== "string") throw missing(`identifier.${part}`);
    if (before !== undefined) checkUnchanged(before, properties);
    return properties;
  },
};

/** The rules read the security type, so it is kept in the service's spelling. */
function featureOf(feature: unknown): unknown {
  if (!isObject(feature) || String(feature["name"]).toLowerCase() !== "securitytype")
    return feature;
  const path = "galleryImage.properties.features.SecurityType";
  return {
    ...feature,
    name: "SecurityType",
    ...spelled(feature, { value: SECURITY_TYPES }, path),
  };
}

function checkUnchanged(before: ResourceRecord, properties: JsonObject): void {
  const changed = FIXED.find((name) => before.properties[name] !== properties[name]);
  if (changed !== undefined)
    throw new ArmError(
      409,
      "PropertyChangeNotAllowed",
      `Changing property 'galleryImage.properties.${changed}' is not allowed.`,
    );
}

const missing = (name: string): ArmError =>
  new ArmError(
    400,
    "InvalidParameter",
    `Required parameter 'galleryImage.properties.${name}' is missing (null).`,
  );
