import type { TargetRegion } from "@azure/arm-compute";

export const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
export const OTHER_SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";
export const COMPUTE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/myResourceGroup/providers/Microsoft.Compute`;
export const DEFINITION = `${COMPUTE}/galleries/MyGallery/images/MyImage`;

/** The id of a disk encryption set of the test world. */
export const des = (name: string, subscription = SUBSCRIPTION): string =>
  `/subscriptions/${subscription}/resourceGroups/myResourceGroup/providers/Microsoft.Compute/diskEncryptionSets/${name}`;

/** Two subscriptions with a group each, and a gallery. */
export const PLACES = `subscriptions:
  - { id: "${SUBSCRIPTION}" }
  - { id: "${OTHER_SUBSCRIPTION}" }
resourceGroups:
  - { name: myResourceGroup, location: westus, subscription: "${SUBSCRIPTION}" }
  - { name: myResourceGroup, location: westus, subscription: "${OTHER_SUBSCRIPTION}" }
galleries:
  - { name: MyGallery, resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}", location: westus }
`;

/** The world of these tests; `more` is YAML that is added at the end. */
export const testWorld = (more = ""): string => `
behaviour: { retryAfter: none, pageSize: 3 }
# Time stands still in most tests, so nothing that is used up would come back.
throttling: { enabled: false }
${PLACES}definitions:
  - { name: MyImage, gallery: MyGallery, osType: Linux, osState: Generalized }
diskEncryptionSets:
${["westus", "eastus2", "northeurope"]
  .flatMap((region) => [`${region}-os`, `${region}-data`].map((name) => ({ name, region })))
  .map(
    ({ name, region }) =>
      `  - { name: ${name}, resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}", location: ${region} }`,
  )
  .join("\n")}
  - { name: eastus2-os, resourceGroup: myResourceGroup, subscription: "${OTHER_SUBSCRIPTION}", location: eastus2 }
  - { name: eastus2-confidential, resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}", location: eastus2, encryptionType: ConfidentialVmEncryptedWithCustomerKey }
images:
  - { name: myImage, resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}", location: westus, osDisk: { sizeGb: 30 }, dataDisks: [{ lun: 0, sizeGb: 10 }] }
  - { name: otherImage, resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}", location: westus, osDisk: { sizeGb: 30 }, dataDisks: [{ lun: 0, sizeGb: 10 }] }
  - { name: imageInEastUS, resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}", location: eastus, osDisk: { sizeGb: 30 }, dataDisks: [{ lun: 0, sizeGb: 10 }] }
snapshots:
  - { name: myOSSnapshot, resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}", location: westus, sizeGb: 30 }
  - { name: myDDSnapshot, resourceGroup: myResourceGroup, subscription: "${SUBSCRIPTION}", location: westus, sizeGb: 10 }
${more}`;

/** A region encrypted with the sets of the test world. */
export const region = (name: string, more: Partial<TargetRegion> = {}): TargetRegion => {
  const short = name.replaceAll(" ", "").toLowerCase();
  return {
    name,
    encryption: {
      osDiskImage: { diskEncryptionSetId: des(`${short}-os`) },
      dataDiskImages: [{ lun: 0, diskEncryptionSetId: des(`${short}-data`) }],
    },
    ...more,
  };
};

export interface VersionBody {
  location?: string;
  tags?: Record<string, string>;
  properties: {
    publishingProfile: { targetRegions: TargetRegion[]; [member: string]: unknown };
    storageProfile?: Record<string, unknown>;
    safetyProfile?: Record<string, unknown>;
  };
}

export const image = (name: string): string => `${COMPUTE}/images/${name}`;

/** The body of a PUT that the service accepts, with what a test changes about it. */
export function versionBody(
  regions: TargetRegion[],
  more: Partial<VersionBody["properties"]> = {},
) {
  return {
    location: "westus",
    properties: {
      publishingProfile: { targetRegions: regions },
      storageProfile: { source: { id: image("myImage") } },
      ...more,
    },
  } satisfies VersionBody;
}
