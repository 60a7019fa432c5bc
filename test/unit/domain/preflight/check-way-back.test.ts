import {
  checkWayBack,
  newestOf,
  type EncryptedBefore,
} from "../../../../src/domain/preflight/check-way-back";
import { accepted, managedImageExample, parse, setId } from "../../../support/request-factory";

const parsed = parse(
  managedImageExample({ encryption: { type: "none" }, targetRegions: [{ name: "westus" }] }),
  { platformManagedKeys: "allow" },
);
if (parsed.kind !== "valid") throw new Error("the request is refused");
const none = parsed.request;

const plain = { name: "West US" };
const encrypted = { ...plain, encryption: { osDiskImage: { diskEncryptionSetId: setId("a") } } };
const confidential = {
  ...plain,
  encryption: {
    osDiskImage: {
      securityProfile: {
        confidentialVMEncryptionType: "EncryptedWithCmk",
        secureVMDiskEncryptionSetId: setId("a"),
      },
    },
  },
};
const byPlatform = {
  ...plain,
  encryption: {
    osDiskImage: { securityProfile: { confidentialVMEncryptionType: "EncryptedWithPmk" } },
  },
};
const dataOnly = {
  ...plain,
  encryption: { dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId("a") }] },
};
const source = (...diskEncryptionSetIds: string[]) => ({
  resources: [
    { path: "$.source.managedImage", id: "i", facts: { location: "westus", diskEncryptionSetIds } },
  ],
});

const found = (before: Partial<EncryptedBefore>, request = none): string[] =>
  checkWayBack(request, {
    existing: undefined,
    newest: undefined,
    source: undefined,
    ...before,
  }).map(({ path, code }) => `${path} ${code}`);
const BACK = ["$.encryption.type NoWayBackToPlatformManagedKeys"];

test.each<[string, Partial<EncryptedBefore>, string[]]>([
  ["an encrypted region", { existing: [plain, encrypted] }, BACK],
  ["an encrypted data disk", { existing: [dataOnly] }, BACK],
  ["a confidential disk under the customer's key", { existing: [confidential] }, BACK],
  ["a confidential disk under the platform's key", { existing: [byPlatform] }, []],
  ["regions without encryption", { existing: [plain] }, []],
  ["an encrypted newest version", { newest: { name: "2.0.0", encrypted: true } }, BACK],
  ["a newest version without encryption", { newest: { name: "2.0.0", encrypted: false } }, []],
  [
    "an encrypted source",
    { source: source(setId("a")) },
    ["$.source.managedImage NoWayBackToPlatformManagedKeys"],
  ],
  ["a source without encryption", { source: source() }, []],
  ["nothing before", {}, []],
])("%s bars the way back, or doesn't", (_name, before, problems) => {
  expect(found(before)).toEqual(problems);
});

test("a request for the customer's keys goes no way back", () => {
  const request = accepted(managedImageExample());
  expect(
    found({ existing: [encrypted], newest: { name: "1.0.0", encrypted: true } }, request),
  ).toEqual([]);
});

test("the newest version is the one with the greatest number", () => {
  const version = (name: string) => ({ name, encrypted: false });
  const names = ["1.0.9", "1.0.10", "0.99.0", "1.0.2"];
  expect(newestOf(names.map(version))).toEqual(version("1.0.10"));
  expect(newestOf([...names].reverse().map(version))).toEqual(version("1.0.10"));
  expect(newestOf([])).toBeUndefined();
});
