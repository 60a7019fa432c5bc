import { machineImage } from "../../../../src/domain/consume/machine-image";
import {
  confidentialRegion,
  definitionFacts,
  encryptedRegion,
  fakeImage,
  securityType,
  VERSION_ID,
} from "../../../support/fake-machine-image";
import { computeId, setId } from "../../../support/request-factory";

const published = {
  versionId: VERSION_ID,
  definition: definitionFacts(),
  targetRegion: encryptedRegion("West US", [0, 9]),
  dataLuns: [9, 0],
};
/** Only the set of one LUN, or of none. */
const regionWith = (disk: object) => ({
  ...published,
  targetRegion: { name: "westus", encryption: { osDiskImage: disk } },
  dataLuns: [],
});

test("a region's sets are those of its disks, in the version's order", () => {
  expect(machineImage(published)).toEqual({
    image: {
      versionId: VERSION_ID,
      region: "westus",
      osType: "Linux",
      generalized: true,
      security: "standard",
      osDiskSetId: setId("westus-os"),
      dataDisks: [
        { lun: 9, setId: setId("westus-data-9") },
        { lun: 0, setId: setId("westus-data-0") },
      ],
    },
  });
});

test.each([
  ["no OS disk set", regionWith({}), "the OS disk has no disk encryption set in westus"],
  ["a data disk without a set", { ...published, dataLuns: [0, 3, 9, 4] }, "for LUN 3, 4"],
  [
    "another resource as the set",
    regionWith({ diskEncryptionSetId: computeId("disks", "myDisk") }),
    "the OS disk has no disk encryption set",
  ],
  [
    "a set with a name that Azure wouldn't take",
    regionWith({ diskEncryptionSetId: setId("a\nb'") }),
    "the OS disk has no disk encryption set",
  ],
  ["the id of something else", { ...published, versionId: setId("x") }, "id can't be read"],
  [
    "an OS of its own",
    { ...published, definition: definitionFacts({ osType: "BeOS" }) },
    "OS type",
  ],
  [
    "an OS state of its own",
    { ...published, definition: definitionFacts({ osState: "toString" }) },
    "OS state",
  ],
  [
    "a plan that the CLI would read as a file",
    {
      ...published,
      definition: definitionFacts({
        purchasePlan: { publisher: "p", product: "@/etc/passwd", name: "n" },
      }),
    },
    "purchase plan can't be read",
  ],
  [
    "a confidential OS disk with a key of the platform's",
    {
      ...published,
      targetRegion: confidentialRegion("westus", {
        confidentialVMEncryptionType: "EncryptedWithPmk",
      }),
    },
    "isn't encrypted with a key of yours",
  ],
  [
    "a confidential image whose region doesn't say how it is sealed",
    { ...published, definition: definitionFacts(securityType("ConfidentialVM")) },
    "isn't encrypted with a key of yours",
  ],
  [
    "a confidential OS disk without its set",
    {
      ...published,
      targetRegion: confidentialRegion("westus", { secureVMDiskEncryptionSetId: undefined }),
    },
    "the OS disk has no disk encryption set",
  ],
])("%s gives a reason, and no commands", (_, version, reason) => {
  expect(machineImage(version)).toEqual({ reason: expect.stringContaining(reason) as string });
});

test.each([
  [[], "standard"],
  [securityType("TrustedLaunch").features, "trustedLaunch"],
  [securityType("TrustedLaunchSupported").features, "trustedLaunch"],
  [securityType("TrustedLaunchAndConfidentialVmSupported").features, "trustedLaunch"],
  [securityType("ConfidentialVmSupported").features, "standard"],
  [securityType("TrustedLaunch", "1.0.0").features, "trustedLaunch"],
  [securityType("TrustedLaunch", "1.0.1").features, "standard"],
  [[{ name: "DiskControllerTypes", value: "TrustedLaunch" }], "standard"],
])("features %j make machines that are %s", (features, expected) => {
  expect(fakeImage({ definition: { features } }).security).toBe(expected);
});

test.each([
  ["EncryptedWithCmk", "confidentialDisk", setId("westus-secure")],
  ["EncryptedVMGuestStateOnlyWithPmk", "confidentialGuestState", setId("westus-os")],
])("a region sealed as %s makes machines that are %s", (type, security, osDiskSetId) => {
  const region = confidentialRegion("westus", { confidentialVMEncryptionType: type });
  const osDiskImage = {
    ...region.encryption?.osDiskImage,
    diskEncryptionSetId: setId("westus-os"),
  };
  expect(fakeImage({ region: { name: "westus", encryption: { osDiskImage } } })).toMatchObject({
    security,
    osDiskSetId,
  });
});
