import { computeId, OTHER_SUBSCRIPTION } from "../../support/request-factory";
import type { World } from "../support/row";

type Json = Record<string, unknown>;

const group = "myResourceGroup";
const west = { resourceGroup: group, location: "westus" };
const id = (type: string, name: string): string => computeId(type, name, group);

const PLAN = { name: "gold", publisher: "vendor", product: "appliance" };

/** A definition for Linux, unless it says otherwise. */
export const definition = (name: string, more: Json = {}): Json => ({
  name,
  gallery: "MyGallery",
  osType: "Linux",
  osState: "Generalized",
  ...more,
});
const securityType = (value: string, startsAtVersion?: string): Json => ({
  features: [
    {
      name: "SecurityType",
      value,
      ...(startsAtVersion === undefined ? {} : { startsAtVersion }),
    },
  ],
});

/** Definitions, and sources of every kind. */
export const sourceWorld: World = {
  definitions: [
    definition("WindowsImage", { osType: "Windows" }),
    definition("SpecializedImage", { osState: "Specialized" }),
    definition("FirstGeneration", { hyperVGeneration: "V1" }),
    definition("TrustedImage", securityType("TrustedLaunch")),
    definition("TrustedLater", securityType("TrustedLaunch", "2.0.0")),
    definition("TrustedSupported", securityType("TrustedLaunchSupported")),
    definition("BoughtImage", { purchasePlan: PLAN }),
  ],
  images: [
    { name: "plainImage", ...west, osDisk: { sizeGb: 30 } },
    { name: "imageInEast", resourceGroup: group, location: "eastus", osDisk: { sizeGb: 30 } },
  ],
  disks: [
    {
      name: "boughtDisk",
      ...west,
      sizeGb: 30,
      osType: "Linux",
      hyperVGeneration: "V2",
      purchasePlan: PLAN,
    },
    { name: "plainDisk", ...west, sizeGb: 30, osType: "Linux", hyperVGeneration: "V2" },
    {
      name: "trustedDisk",
      ...west,
      sizeGb: 30,
      osType: "Linux",
      hyperVGeneration: "V2",
      securityType: "TrustedLaunch",
    },
    {
      name: "lentDisk",
      ...west,
      subscription: OTHER_SUBSCRIPTION,
      sizeGb: 30,
      osType: "Linux",
      hyperVGeneration: "V2",
    },
    {
      name: "lockedDisk",
      ...west,
      subscription: OTHER_SUBSCRIPTION,
      sizeGb: 30,
      osType: "Linux",
      hyperVGeneration: "V2",
      encryptionSet: "ForeignSet",
    },
  ],
  snapshots: [{ name: "snapshotInEast", resourceGroup: group, location: "eastus", sizeGb: 10 }],
  diskEncryptionSets: [{ name: "ForeignSet", ...west, subscription: OTHER_SUBSCRIPTION }],
  versions: [
    {
      name: "0.8.0",
      definition: "MyImage",
      gallery: "MyGallery",
      location: "westus",
      properties: {
        storageProfile: { source: { id: id("images", "plainImage") } },
        publishingProfile: { targetRegions: [{ name: "westus" }] },
      },
    },
    {
      name: "0.9.0",
      definition: "MyImage",
      gallery: "MyGallery",
      location: "westus",
      properties: {
        storageProfile: { source: { id: id("images", "plainImage") } },
        publishingProfile: {
          targetRegions: [
            {
              name: "westus",
              encryption: {
                osDiskImage: {
                  diskEncryptionSetId: id("diskEncryptionSets", "WestUSDiskEncryptionSet1"),
                },
              },
            },
          ],
        },
      },
    },
  ],
};
