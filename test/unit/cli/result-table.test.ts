import { regionResults, renderResultTable } from "../../../src/cli/result-table";
import { at, buildRegion } from "./build-publication";

const set = (name: string): string =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/${name}`;

const version = {
  location: "westus",
  publishingProfile: {
    replicaCount: 3,
    targetRegions: [
      {
        name: "West US",
        regionalReplicaCount: 2,
        storageAccountType: "Premium_LRS",
        encryption: {
          osDiskImage: { diskEncryptionSetId: set("OsSet") },
          dataDiskImages: [
            { lun: 0, diskEncryptionSetId: set("DataSet0") },
            { lun: 7, diskEncryptionSetId: set("DataSet7") },
          ],
        },
      },
      { name: "East US 2" },
    ],
  },
  replicationStatus: {
    summary: [
      { region: "westus", state: "Completed", progress: 100 },
      { region: "eastus2", state: "Replicating", progress: 40 },
    ],
  },
};

const watched = [buildRegion("westus", { startedAt: at(1), lastChangeAt: at(7) })];

test("regions are told as Azure has them, whatever spelling it uses, with the app's durations", () => {
  expect(regionResults(version, watched)).toEqual([
    {
      region: "westus",
      state: "Completed",
      replicas: 2,
      storage: "Premium_LRS",
      osDisk: "OsSet",
      dataDisks: { 0: "DataSet0", 7: "DataSet7" },
      durationMs: 6000,
    },
    {
      region: "eastus2",
      state: "Replicating",
      replicas: 3,
      storage: "Standard_LRS",
      osDisk: undefined,
      dataDisks: {},
      durationMs: undefined,
    },
  ]);
});

test("the table has a row per region and a line per data disk", () => {
  expect(renderResultTable(regionResults(version, watched))).toBe(
    [
      "┌─────────┬─────────────┬──────────┬──────────────┬────────────────┬────────────────┬───────┐",
      "│ Region  │ State       │ Replicas │ Storage      │ OS disk key    │ Data disk keys │  Took │",
      "├─────────┼─────────────┼──────────┼──────────────┼────────────────┼────────────────┼───────┤",
      "│ westus  │ Completed   │        2 │ Premium_LRS  │ OsSet          │ 0: DataSet0    │ 6.0 s │",
      "│         │             │          │              │                │ 7: DataSet7    │       │",
      "├─────────┼─────────────┼──────────┼──────────────┼────────────────┼────────────────┼───────┤",
      "│ eastus2 │ Replicating │        3 │ Standard_LRS │ platform's key │                │       │",
      "└─────────┴─────────────┴──────────┴──────────────┴────────────────┴────────────────┴───────┘",
    ].join("\n"),
  );
});
