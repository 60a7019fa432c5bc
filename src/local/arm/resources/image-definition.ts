import * as z from "zod";
import { keyOf, parentId } from "../arm-id";
import type { ComputeService } from "../compute-service";
import { ArmError } from "../errors";
import { isVersionName } from "../image-version/version-name";
import { isObject, objectAt, type JsonObject } from "../json";
import { date, model, resourceModel } from "../model";
import { RESOURCE_NAMES } from "./resource-names";
import type { ResourceRecord } from "../world-state";
import { GENERATIONS, OS_STATES, OS_TYPES, spelled } from "./disk-like";
import type { TrackedType } from "./tracked-resource";

const FIXED = ["osType", "osState", "hyperVGeneration", "architecture", "identifier"] as const;
export const DEFINITION_SECURITY_TYPES = [
  "None",
  "Standard",
  "TrustedLaunch",
  "TrustedLaunchSupported",
  "TrustedLaunchAndConfidentialVmSupported",
  "ConfidentialVM",
  "ConfidentialVmSupported",
] as const;

const text = z.string().optional();
const range = model("ResourceRange", { min: z.int().optional(), max: z.int().optional() });
const propertiesModel = model(
  "GalleryImageProperties",
  {
    description: text,
    eula: text,
    privacyStatementUri: text,
    releaseNoteUri: text,
    osType: text,
    osState: text,
    hyperVGeneration: text,
    architecture: text,
    endOfLifeDate: date.optional(),
    identifier: model("GalleryImageIdentifier", {
      publisher: text,
      offer: text,
      sku: text,
    }).optional(),
    recommended: model("RecommendedMachineConfiguration", {
      vCPUs: range.optional(),
      memory: range.optional(),
    }).optional(),
    disallowed: model("Disallowed", { diskTypes: z.array(z.string()).optional() }).optional(),
    purchasePlan: model("ImagePurchasePlan", {
      name: text,
      publisher: text,
      product: text,
    }).optional(),
    features: z
      .array(model("GalleryImageFeature", { name: text, value: text, startsAtVersion: text }))
      .optional(),
    allowUpdateImage: z.boolean().optional(),
  },
  ["provisioningState"],
);

/** Image definitions. */
export const imageDefinitionType: TrackedType = {
  type: "Microsoft.Compute/galleries/images",
  endpoint: "capsOperations",
  accepted: { create: 201, update: 200, bothHeaders: false },
  writeSeconds: (service) => service.timing.gallerySeconds,
  names: RESOURCE_NAMES.definitions,
  model: resourceModel("GalleryImage", propertiesModel),
  properties(given, { service, id, before }) {
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
      ...(Array.isArray(features) ? { features: features.filter(isObject).map(featureOf) } : {}),
    };
    const identifier = objectAt(properties, "identifier");
    for (const part of ["publisher", "offer", "sku"])
      if (typeof identifier[part] !== "string") throw missing(`identifier.${part}`);
    if (before !== undefined) checkUnchanged(before, properties);
    checkIdentifier(service, id, identifier);
    return properties;
  },
};

/** Within a gallery, publisher, offer and SKU together belong to one definition. */
function checkIdentifier({ state }: ComputeService, id: string, identifier: JsonObject): void {
  const parts = (value: JsonObject): string =>
    ["publisher", "offer", "sku"].map((part) => `${part}:${String(value[part])}`).join(", ");
  const gallery = `${keyOf(parentId(id) ?? "")}/images/`;
  const taken = state.resources
    .all()
    .filter(({ key }) => key.startsWith(gallery) && key !== keyOf(id))
    .some(({ properties }) => {
      const other = objectAt(properties, "identifier");
      return parts(other).toLowerCase() === parts(identifier).toLowerCase();
    });
  if (taken)
    throw new ArmError(
      400,
      "InvalidParameter",
      `Gallery image: ${id.split("/").at(-1) ?? ""} identified by (${parts(identifier)}) already exists. Choose a different publisher, offer, sku combination.`,
    );
}

/** The rules read the security type, so it is kept in the service's spelling. */
export function featureOf(feature: JsonObject): JsonObject {
  const { startsAtVersion } = feature;
  if (typeof startsAtVersion === "string" && !isVersionName(startsAtVersion))
    throw new ArmError(
      400,
      "InvalidParameter",
      `The value '${startsAtVersion}' of parameter galleryImage.properties.features.startsAtVersion is invalid.`,
    );
  if (String(feature["name"]).toLowerCase() !== "securitytype") return feature;
  const path = "galleryImage.properties.features.SecurityType";
  return {
    ...feature,
    name: "SecurityType",
    ...spelled(feature, { value: DEFINITION_SECURITY_TYPES }, path),
  };
}

function checkUnchanged(before: ResourceRecord, properties: JsonObject): void {
  const isKept = (name: string): boolean =>
    name === "identifier"
      ? identifierOf(before.properties) === identifierOf(properties)
      : before.properties[name] === properties[name];
  const changed = FIXED.find((name) => !isKept(name));
  if (changed !== undefined)
    throw new ArmError(
      409,
      "PropertyChangeNotAllowed",
      `Changing property 'galleryImage.properties.${changed}' is not allowed.`,
    );
}

function identifierOf(properties: JsonObject): string {
  const { publisher, offer, sku } = objectAt(properties, "identifier");
  return [publisher, offer, sku].join("\n").toLowerCase();
}

const missing = (name: string): ArmError =>
  new ArmError(
    400,
    "InvalidParameter",
    `Required parameter 'galleryImage.properties.${name}' is missing (null).`,
  );
