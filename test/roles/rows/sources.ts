import { SUBSCRIPTION } from "../../support/request-factory";
import { encryptionOf, REPLICAS, requestFor } from "../../matrix/stage/world";
import { SOURCES, STORE } from "../support/places";
import type { RoleName } from "../../../tools/roles/role-files";
import { publication, sourceId, type Need, type Scenario } from "../support/need";

type Json = Record<string, unknown>;

const there = { resourceGroup: SOURCES, subscription: SUBSCRIPTION, location: "westus" };
const disk = { ...there, sizeGb: 30, osType: "Linux", hyperVGeneration: "V2" };
const BLOB = "https://store.blob.core.windows.net/vhds/os.vhd";

/** Said of every VHD. */
const SAID = "SourceMayNotBeEncryptable, VhdBlobNotRead";

/** One region whose OS disk is encrypted, from a source without data disks. */
const from = (source: Json): Json => {
  const { osDiskImage } = encryptionOf("westus");
  const region = { name: "westus", regionalReplicaCount: REPLICAS["westus"] };
  return requestFor(
    [],
    {},
    {
      source,
      targetRegions: [{ ...region, encryption: { osDiskImage } }],
    },
  );
};

/** What is read of each kind of source, and what Azure demands of whoever makes a version from it. */
export const fromSnapshots: Scenario = publication(
  "a publication from a snapshot",
  from({ osSnapshot: sourceId("snapshots", "os") }),
  { world: { snapshots: [{ name: "os", ...disk }] } },
);
export const fromDisk: Scenario = publication(
  "a publication from a managed disk",
  from({ managedDisk: sourceId("disks", "os") }),
  { world: { disks: [{ name: "os", ...disk }] } },
);
export const fromMachine: Scenario = publication(
  "a publication from a virtual machine",
  from({ virtualMachine: sourceId("virtualMachines", "built") }),
  {
    world: {
      disks: [{ name: "os", ...disk }],
      virtualMachines: [{ name: "built", ...there, generalized: true, osDisk: "os" }],
    },
    rules: { vmSourceWithCmk: "allow" },
  },
);
const fromVhd: Scenario = publication(
  "a publication from a VHD",
  from({ vhd: { uri: BLOB, storageAccountId: STORE } }),
  {
    world: {
      storageAccounts: [{ name: "store", ...there }],
      vhds: [{ uri: BLOB, sizeGb: 30 }],
      behaviour: { encryptableSources: ["managedImage", "vhd"] },
    },
    ends: `published; told: ${SAID}`,
  },
);

/** Told before the write, or by it. */
const linked = (role: RoleName, action: string, scenario: Scenario, remarks?: string): Need => ({
  role,
  action,
  scenario,
  without: `rejected: MissingPermission${remarks === undefined ? "" : `; told: ${remarks}`}`,
  untold: `rejected: LinkedAuthorizationFailed; told: ${["PermissionsNotChecked", ...(remarks?.split(", ") ?? [])].sort().join(", ")}`,
});

export const sources: Need[] = [
  linked("sources", "Microsoft.Compute/snapshots/write", fromSnapshots),
  linked("sources", "Microsoft.Compute/disks/write", fromDisk),
  linked("sources", "Microsoft.Compute/virtualMachines/write", fromMachine),
  linked("vhd-sources", "Microsoft.Storage/storageAccounts/listKeys/action", fromVhd, SAID),
  linked("vhd-sources", "Microsoft.Storage/storageAccounts/write", fromVhd, SAID),
  {
    role: "vhd-sources",
    action: "Microsoft.Storage/storageAccounts/read",
    scenario: fromVhd,
    without: "rejected: AuthorizationFailed, MissingPermission; told: SourceMayNotBeEncryptable",
  },
];
