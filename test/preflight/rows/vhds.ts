import { managedImageExample, SUBSCRIPTION, wireRegion } from "../../support/request-factory";
import type { Area } from "../support/row";

type Json = Record<string, unknown>;

const blob = (account: string): string => `https://${account}.blob.core.windows.net/vhds/os.vhd`;
const account = (name: string): string =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/myResourceGroup/providers/Microsoft.Storage/storageAccounts/${name}`;
const vhd = (storageAccount: string, uri = blob(storageAccount)): Json =>
  managedImageExample({
    source: { vhd: { uri, storageAccountId: account(storageAccount) } },
    targetRegions: [wireRegion("westus", "WestUSDiskEncryptionSet1")],
  });

/** Said of every VHD. */
const SAID = ["$.source VhdBlobNotRead warning", "$.source SourceMayNotBeEncryptable warning"];
const KEYS = "Microsoft.Storage/storageAccounts/listKeys/action";
const WRITE = "Microsoft.Storage/storageAccounts/write";
const lacking = (name: string, digit: number, action: string): Json => ({
  name,
  appId: `c0000000-0000-4000-8000-00000000000${digit}`,
  objectId: `c0000000-0000-4000-8000-00000000000${digit}`,
  rights: [{ actions: ["*"], notActions: [action] }],
});
const neighbour = { request: vhd("store"), caller: "function-app", found: [...SAID] };

/** VHDs, of which Resource Manager shows the storage account alone. */
export const vhds: Area = {
  world: {
    storageAccounts: [
      { name: "store", resourceGroup: "myResourceGroup", location: "westus" },
      { name: "distant", resourceGroup: "myResourceGroup", location: "eastus2" },
    ],
    identities: [
      lacking("without-keys-of-accounts", 1, KEYS),
      lacking("without-write-on-accounts", 2, WRITE),
    ],
  },
  rows: [
    {
      title: "a VHD, whose blob the app doesn't look at",
      request: vhd("store"),
      found: [...SAID],
      neighbour: { request: managedImageExample() },
    },
    {
      title: "a VHD whose storage account isn't there",
      request: vhd("missing"),
      found: ["$.source.vhd.storageAccountId SourceNotFound error", ...SAID],
      neighbour,
    },
    {
      title: "a VHD in another region than the version",
      request: vhd("distant"),
      found: ["$.source.vhd.storageAccountId SourceInOtherRegion error", ...SAID],
      neighbour,
    },
    {
      title: "a VHD on another storage account than the one that is named",
      request: vhd("store", blob("distant")),
      found: ["$.source.vhd.uri VhdInOtherStorageAccount error", ...SAID],
      neighbour,
    },
    {
      title: "an identity that gets no keys of the VHD's storage account",
      request: vhd("store"),
      caller: "without-keys-of-accounts",
      found: ["$.source.vhd.storageAccountId MissingPermission error", ...SAID],
      says: [KEYS],
      neighbour,
    },
    {
      title: "an identity that may not write the VHD's storage account",
      request: vhd("store"),
      caller: "without-write-on-accounts",
      found: ["$.source.vhd.storageAccountId MissingPermission error", ...SAID],
      says: [WRITE],
      neighbour,
    },
  ],
};
