import {
  computeId,
  managedImageExample,
  OTHER_SUBSCRIPTION,
  SUBSCRIPTION,
} from "../../support/request-factory";
import type { Area, World } from "../support/row";

type Json = Record<string, unknown>;

const group = "myResourceGroup";
const west = { resourceGroup: group, location: "westus" };
const theirs = { ...west, subscription: OTHER_SUBSCRIPTION };
const id = (type: string, name: string, subscription = SUBSCRIPTION): string =>
  computeId(type, name, group).replace(SUBSCRIPTION, subscription);
const settings = { ALLOWED_SUBSCRIPTIONS: `${SUBSCRIPTION},${OTHER_SUBSCRIPTION}` };

/** A managed image of which one disk is encrypted with a set of its own subscription. */
const image = (name: string, where: object, osSet?: string, dataSet?: string): Json => ({
  name,
  ...where,
  hyperVGeneration: "V2",
  osDisk: {
    sizeGb: 30,
    osType: "Linux",
    osState: "Generalized",
    ...(osSet === undefined ? {} : { encryptionSet: osSet }),
  },
  dataDisks: [{ lun: 0, sizeGb: 10, ...(dataSet === undefined ? {} : { encryptionSet: dataSet }) }],
});

const world: World = {
  diskEncryptionSets: [
    { name: "SetOfSources", ...west },
    { name: "SetOfTheirSources", ...theirs },
    { name: "SetOfEasternSources", resourceGroup: group, location: "eastus" },
  ],
  images: [
    image("imageOfOwnSet", west, "SetOfSources", "SetOfSources"),
    image("imageOfTheirs", theirs),
    image("imageOfTheirSet", theirs, undefined, "SetOfTheirSources"),
  ],
  snapshots: [
    { name: "dataOfOwnSet", ...west, sizeGb: 10, encryptionSet: "SetOfSources" },
    { name: "dataOfTheirSet", ...theirs, sizeGb: 10, encryptionSet: "SetOfTheirSources" },
    {
      name: "dataInEastOfItsSet",
      resourceGroup: group,
      location: "eastus",
      sizeGb: 10,
      encryptionSet: "SetOfEasternSources",
    },
  ],
};

const publish = (source: Json): Json => managedImageExample({ source });
const snapshots = (data: string): Json => ({
  osSnapshot: id("snapshots", "myOSSnapshot"),
  dataSnapshots: [{ lun: 0, id: data }],
});

/** Sources whose disks are encrypted with customer-managed keys themselves. */
export const encryptedSources: Area = {
  world,
  rows: [
    {
      title: "a managed image of another subscription, one of whose disks is encrypted",
      request: publish({ managedImage: id("images", "imageOfTheirSet", OTHER_SUBSCRIPTION) }),
      settings,
      found: ["$.source.managedImage EncryptedSourceInOtherSubscription error"],
      neighbour: {
        request: publish({ managedImage: id("images", "imageOfTheirs", OTHER_SUBSCRIPTION) }),
      },
    },
    {
      title: "an encrypted data snapshot of another subscription",
      request: publish(snapshots(id("snapshots", "dataOfTheirSet", OTHER_SUBSCRIPTION))),
      settings,
      found: ["$.source.dataSnapshots[0].id EncryptedSourceInOtherSubscription error"],
      // Encrypted as well, in the gallery's subscription, with another set than the version's.
      neighbour: { request: publish(snapshots(id("snapshots", "dataOfOwnSet"))) },
    },
    {
      title: "an encrypted data snapshot in another region than the version",
      request: publish(snapshots(id("snapshots", "dataInEastOfItsSet"))),
      found: ["$.source.dataSnapshots[0].id SourceInOtherRegion error"],
      neighbour: { request: publish({ managedImage: id("images", "imageOfOwnSet") }) },
    },
  ],
};
