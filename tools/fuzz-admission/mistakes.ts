import {
  computeId,
  OTHER_SUBSCRIPTION,
  SUBSCRIPTION,
  wireRegion,
} from "../../test/support/request-factory";
import type { ReadingCode } from "../../src/domain/problem-catalogue";
import { KEY_MISTAKES } from "./key-mistakes";
import { put, putInRegion, regionsOf, type Mistake, type Path } from "./mistake";

const FOREIGN = "99999999-9999-9999-9999-999999999999";
const OS_SET: Path = ["encryption", "osDiskImage", "diskEncryptionSetId"];

const source = (code: ReadingCode, values: readonly unknown[]): Mistake =>
  put(code, [["source"]], values);

/** Every mistake that can be made in a request that is sound otherwise; at least one for each code. */
export const MISTAKES: readonly Mistake[] = [
  put("Required", [["image"], ["source"], ["targetRegions"], ["image", "gallery"]], [undefined]),
  putInRegion("Required", ["name"], [undefined]),
  put("Invalid", [["replicaCount"], ["excludeFromLatest"], ["tags"]], ["two", [], 1.5]),
  put("Invalid", [["schemaVersion"]], [2, "1"]),
  putInRegion("Invalid", ["encryption"], ["WestUSDiskEncryptionSet1", 7]),
  put("UnknownMember", [["color"], ["image", "sku"], ["TargetRegions"]], ["red", {}]),
  putInRegion("UnknownMember", ["replicas"], [2]),
  put("InvalidImageId", [["image"]], [{ id: "myImage" }, { id: computeId("images", "myImage") }]),
  put(
    "InvalidName",
    [
      ["image", "gallery"],
      ["image", "definition"],
      ["image", "resourceGroup"],
    ],
    ["a/b", "..", "<name>", "what?"],
  ),
  put(
    "InvalidVersionName",
    [["image", "version"]],
    ["1.0", "v1.0.0", "01.0.0", "1.0.2147483648", "latest"],
  ),
  source("InvalidResourceId", [
    { managedImage: "myImage" },
    { managedImage: computeId("disks", "d") },
    { osSnapshot: computeId("images", "i") },
  ]),
  source("OneSource", [
    {},
    { managedImage: computeId("images", "i"), managedDisk: computeId("disks", "d") },
    { managedImage: computeId("images", "i"), dataSnapshots: [] },
  ]),
  source("VirtualMachineSourceWithCustomerManagedKey", [
    { virtualMachine: computeId("virtualMachines", "vm") },
  ]),
  source("CommunityGallerySource", [{ communityGalleryImage: "/CommunityGalleries/a/Images/b" }]),
  source("InvalidVhdUri", [
    {
      vhd: {
        uri: "http://a/b.vhd",
        storageAccountId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a`,
      },
    },
  ]),
  putInRegion(
    "DuplicateLun",
    ["encryption", "dataDiskImages"],
    [
      [
        { lun: 0, diskEncryptionSetId: "A" },
        { lun: 0, diskEncryptionSetId: "B" },
      ],
    ],
  ),
  source("DuplicateSource", [
    {
      osSnapshot: computeId("snapshots", "os"),
      dataSnapshots: [{ lun: 0, id: computeId("snapshots", "OS") }],
    },
    {
      osSnapshot: computeId("snapshots", "os"),
      dataSnapshots: [0, 1].map((lun) => ({ lun, id: computeId("snapshots", "data") })),
    },
  ]),
  putInRegion("UnknownRegion", ["name"], ["westsu", "Mars West", "eu"]),
  {
    code: "DuplicateRegion",
    make: (request, random) => {
      const twice = random.pick(regionsOf(request));
      return { ...request, targetRegions: [...regionsOf(request), { ...twice, name: "West US" }] };
    },
  },
  put("SourceRegionMissing", [["image", "location"]], ["uksouth", "Japan East"]),
  put("ReplicaCountOutOfRange", [["replicaCount"]], [0, -1, 101]),
  putInRegion("ReplicaCountOutOfRange", ["regionalReplicaCount"], [0, 1000]),
  put("UnknownStorageAccountType", [["storageAccountType"]], ["Standard", "UltraSSD_LRS"]),
  putInRegion("UnknownStorageAccountType", ["storageAccountType"], ["premium"]),
  putInRegion("DiskEncryptionSetRequired", ["encryption"], [undefined, {}]),
  putInRegion("DiskEncryptionSetRequired", OS_SET, [undefined]),
  putInRegion("InvalidDiskEncryptionSet", OS_SET, ["a/b/c", "a b", "<name>"]),
  putInRegion("NotADiskEncryptionSet", OS_SET, [computeId("diskEncryptionSet", "singular")]),
  {
    code: "DataDiskEncryptionMissing",
    make: (request) => ({
      ...request,
      targetRegions: [...regionsOf(request), wireRegion("uksouth", "UkSet", [[7, "UkSet"]])],
    }),
  },
  put("InvalidTag", [["tags"]], [{ "a/b": "" }, { "": "" }, { Team: "", team: "" }]),
  put("InvalidDate", [["endOfLifeDate"]], ["next year", "2030-02-30", "01.12.2030"]),
  put("EndOfLifeInPast", [["endOfLifeDate"]], ["2020-12-01", "1999-01-01T00:00:00Z"]),
  put("InvalidTimeout", [["rollout"]], [{ timeout: "6h" }, { timeout: "PT1S" }]),
  put("InvalidTimeout", [["rollout"]], [{ timeout: "P1Y" }, { timeout: "P31D" }]),
  put(
    "RequiredRegionNotTargeted",
    [["rollout"]],
    [{ requiredRegions: ["japaneast"] }, { requiredRegions: 40 }],
  ),
  put("GalleryNotAllowed", [["image", "subscriptionId"]], [FOREIGN, OTHER_SUBSCRIPTION]),
  put("SubscriptionNotAllowed", [["image", "subscriptionId"]], [FOREIGN]),
  source("SubscriptionNotAllowed", [
    { managedImage: computeId("images", "i").replace(SUBSCRIPTION, FOREIGN) },
  ]),
  putInRegion("DiskEncryptionSetSubscriptionNotAllowed", OS_SET, [
    computeId("diskEncryptionSets", "d").replace(SUBSCRIPTION, FOREIGN),
  ]),
  put("InvalidVersionBase", [["image", "version"]], [{ strategy: "nextPatch", base: "1.2.3" }]),
  ...KEY_MISTAKES,
  put("VerificationNotConfigured", [["rollout"]], [{ verify: "disk" }]),
  put("InvalidWaves", [["rollout"]], [{ waves: [["westus"]] }, { waves: [[], ["eastus2"]] }]),
];
