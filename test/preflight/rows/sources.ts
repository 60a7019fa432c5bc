import {
  computeId,
  managedImageExample,
  OTHER_SUBSCRIPTION,
  SUBSCRIPTION,
  wireRegion,
} from "../../support/request-factory";
import type { Area } from "../support/row";
import { sourceWorld } from "./sources-world";

type Json = Record<string, unknown>;

const group = "myResourceGroup";
const id = (type: string, name: string): string => computeId(type, name, group);
const IMAGE = managedImageExample()["image"] as Json;

/** One region, whose OS disk alone is encrypted unless LUNs are named. */
const publish = (source: Json, definition = "MyImage", luns: number[] = [], more: Json = {}) =>
  managedImageExample({
    image: { ...IMAGE, definition },
    source,
    targetRegions: [
      wireRegion(
        "westus",
        "WestUSDiskEncryptionSet1",
        luns.map((lun) => [lun, "WestUSDiskEncryptionSet2"]),
      ),
    ],
    ...more,
  });
const image = (name: string): Json => ({ managedImage: id("images", name) });
const disk = (name: string): Json => ({ managedDisk: id("disks", name) });
const version = (name: string): Json => ({
  galleryImageVersion: id("galleries/MyGallery/images/MyImage/versions", name),
});
/** The sample's OS snapshot, and a data snapshot at LUN 4. */
const snapshots = (data: string): Json => ({
  osSnapshot: id("snapshots", "myOSSnapshot"),
  dataSnapshots: [{ lun: 4, id: id("snapshots", data) }],
});
const UNCERTAIN = "$.source SourceMayNotBeEncryptable warning";
const DATA = "$.targetRegions[0].encryption.dataDiskImages";

/** What a version is made from, and the definition that it goes to. */
export const sources: Area = {
  world: sourceWorld,
  rows: [
    {
      title: "an image definition that isn't there",
      request: publish(image("plainImage"), "NoImage"),
      found: ["$.image ImageDefinitionNotFound error"],
      neighbour: { request: publish(image("plainImage")) },
    },
    {
      title: "a source that isn't there",
      request: publish(image("noImage")),
      found: ["$.source.managedImage SourceNotFound error"],
      neighbour: { request: publish(image("plainImage")) },
    },
    {
      title: "a data snapshot that isn't there",
      request: publish(snapshots("myDDSnapshot2"), "MyImage", [4]),
      found: ["$.source.dataSnapshots[0].id SourceNotFound error"],
      neighbour: { request: publish(snapshots("myDDSnapshot"), "MyImage", [4]) },
    },
    {
      title: "a data snapshot in another region than the version",
      request: publish(snapshots("snapshotInEast"), "MyImage", [4]),
      found: ["$.source.dataSnapshots[0].id SourceInOtherRegion error"],
      neighbour: { request: publish(snapshots("myDDSnapshot"), "MyImage", [4]) },
    },
    {
      title: "a data snapshot at a LUN that the region doesn't encrypt",
      request: publish(snapshots("myDDSnapshot"), "MyImage", [0]),
      found: [`${DATA} DataDiskEncryptionMissing error westus`, `${DATA} UnknownLun error westus`],
      neighbour: { request: publish(snapshots("myDDSnapshot"), "MyImage", [4]) },
    },
    {
      title: "a source in another region than the version",
      request: publish(image("imageInEast")),
      found: ["$.source.managedImage SourceInOtherRegion error"],
      neighbour: { request: publish(image("plainImage")) },
    },
    {
      title: "a Linux source for a Windows definition",
      request: publish(image("plainImage"), "WindowsImage"),
      found: ["$.source OsTypeMismatch error"],
      neighbour: { request: publish(image("plainImage")) },
    },
    {
      title: "a generalized source for a specialized definition",
      request: publish(image("plainImage"), "SpecializedImage"),
      found: ["$.source OsStateMismatch error"],
      neighbour: { request: publish(image("plainImage")) },
    },
    {
      title: "a source of generation 2 for a definition of generation 1",
      request: publish(image("plainImage"), "FirstGeneration"),
      found: ["$.source HyperVGenerationMismatch error"],
      neighbour: { request: publish(image("plainImage")) },
    },
    {
      title: "a managed image for a definition of Trusted Launch",
      request: publish(image("plainImage"), "TrustedImage"),
      found: ["$.source SecurityTypeMismatch error"],
      neighbour: { request: publish(disk("plainDisk"), "TrustedImage") },
    },
    {
      title: "a managed image for a definition whose Trusted Launch starts at this version",
      request: publish(image("plainImage"), "TrustedLater", [], {
        image: { ...IMAGE, definition: "TrustedLater", version: "2.0.0" },
      }),
      found: ["$.source SecurityTypeMismatch error"],
      neighbour: { request: publish(image("plainImage"), "TrustedLater") },
    },
    {
      title: "a capture of a Trusted Launch machine",
      request: publish(disk("trustedDisk"), "TrustedImage"),
      found: ["$.source TrustedLaunchCapture warning"],
      neighbour: { request: publish(disk("plainDisk"), "TrustedImage") },
    },
    {
      title: "a source that is bought by a plan, for a definition without one",
      request: publish(disk("boughtDisk")),
      found: ["$.image.definition PurchasePlanMismatch warning"],
      says: ["vendor/appliance/gold"],
      neighbour: { request: publish(disk("boughtDisk"), "BoughtImage") },
    },
    {
      title: "an encrypted gallery version as the source",
      request: publish(version("0.9.0")),
      found: ["$.source.galleryImageVersion EncryptedVersionAsSource error", UNCERTAIN],
      neighbour: { request: publish(version("0.8.0")), found: [UNCERTAIN] },
    },
    {
      title: "a gallery version as the source of an encrypted one",
      request: publish(version("0.8.0")),
      found: [UNCERTAIN],
      neighbour: { request: publish(image("plainImage")) },
    },
    {
      title: "an encrypted source in another subscription",
      request: publish(foreign("lockedDisk")),
      settings: { ALLOWED_SUBSCRIPTIONS: `${SUBSCRIPTION},${OTHER_SUBSCRIPTION}` },
      found: ["$.source.managedDisk EncryptedSourceInOtherSubscription error"],
      neighbour: { request: publish(foreign("lentDisk")) },
    },
    {
      title: "a LUN that the source doesn't have",
      request: publish(image("plainImage"), "MyImage", [3]),
      found: [`${DATA} UnknownLun error westus`],
      neighbour: { request: publish(image("plainImage")) },
    },
    {
      title: "a data disk of the source that a region doesn't encrypt",
      request: publish(image("myImage")),
      found: [`${DATA} DataDiskEncryptionMissing error westus`],
      neighbour: { request: publish(image("myImage"), "MyImage", [0]) },
    },
  ],
};

function foreign(name: string): Json {
  const own = id("disks", name);
  return { managedDisk: own.replace(SUBSCRIPTION, OTHER_SUBSCRIPTION) };
}
