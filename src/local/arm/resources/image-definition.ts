import { ArmError } from "../errors";
import { objectAt, type JsonObject } from "../json";
import type { ResourceRecord } from "../world-state";
import type { TrackedType } from "./tracked-resource";

const FIXED = ["osType", "osState", "hyperVGeneration", "architecture"] as const;

/** Image definitions. */
export const imageDefinitionType: TrackedType = {
  type: "Microsoft.Compute/galleries/images",
  endpoint: "capsOperations",
  accepted: { create: 201, update: 200, bothHeaders: false },
  writeSeconds: (service) => service.timing.gallerySeconds,
  properties(given, _body, before) {
    const properties: JsonObject = { hyperVGeneration: "V1", architecture: "x64", ...given };
    requireOneOf(properties, "osType", ["Linux", "Windows"]);
    requireOneOf(properties, "osState", ["Generalized", "Specialized"]);
    const identifier = objectAt(properties, "identifier");
    for (const part of ["publisher", "offer", "sku"])
      if (typeof identifier[part] !== "string") throw missing(`identifier.${part}`);
    if (before !== undefined) checkUnchanged(before, properties);
    return properties;
  },
};

function requireOneOf(properties: JsonObject, name: string, allowed: string[]): void {
  const value = properties[name];
  if (value === undefined) throw missing(name);
  if (typeof value !== "string" || !allowed.includes(value))
    throw new ArmError(
      400,
      "InvalidParameter",
      `The value ${JSON.stringify(value)} of parameter galleryImage.properties.${name} is invalid.`,
    );
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
