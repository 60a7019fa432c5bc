import { regionUses, type RunWord } from "../../../../src/domain/consume/region-use";
import type { RegionOutcome } from "../../../../src/domain/run/outcome";
import type { MachinesDocument } from "../../../../src/domain/run/records";
import { azureFault } from "../../../support/azure-fault";
import { definitionFacts, encryptedRegion } from "../../../support/fake-machine-image";
import { accepted, managedImageExample } from "../../../support/request-factory";

const { image } = accepted(managedImageExample());
const why = azureFault("RegionVanished", "repeat", "somebody removed it", "run again");
const completed = (region: string): RegionOutcome => ({ region, kind: "completed" });
const failed = (region: string, attempts = 1): RegionOutcome => ({
  ...{ region, attempts, fault: why },
  kind: "failed",
});
const notStarted = (region: string): RegionOutcome => ({ region, kind: "notStarted" });

/** A run with these outcomes; what it kept of its Completed regions can be changed, or left out. */
function word(regions: RegionOutcome[], kept: Partial<MachinesDocument> | "nothing" = {}): RunWord {
  const outcome = { runId: "run", regions };
  if (kept === "nothing") return { outcome };
  const own = regions.filter(({ kind }) => kind === "completed");
  const targetRegions = own.map(({ region }) => encryptedRegion(region));
  const definition = definitionFacts();
  const machines = { image, definition, targetRegions, dataLuns: [], excludeFromLatest: false };
  return { outcome, machines: { ...machines, ...kept } };
}

const shown = (words: RunWord[]): Record<string, unknown> =>
  Object.fromEntries(
    regionUses(words).map((use) => [
      use.region,
      use.kind === "usable" ? (use.inLatest ? "in latest" : "out of latest") : use.kind,
    ]),
  );

const flagged = (name: string) => ({ ...encryptedRegion(name), excludeFromLatest: true });

test.each<[string, RunWord[], Record<string, string>]>([
  [
    "a region that a later run doesn't name stays as the run before left it",
    [word([completed("westus")]), word([completed("eastus2")])],
    { westus: "in latest", eastus2: "in latest" },
  ],
  [
    "a region that a later run has lost can't be used any more",
    [word([failed("westus")]), word([completed("westus")])],
    { westus: "notCompleted" },
  ],
  [
    "a region that a later run was refused, or stopped before, can be used as before",
    [
      word([failed("westus", 0), notStarted("eastus2")], "nothing"),
      word([completed("westus"), completed("eastus2")]),
    ],
    { westus: "in latest", eastus2: "in latest" },
  ],
  [
    "a region that a redrive has completed can be used",
    [word([completed("westus")]), word([failed("westus")], "nothing")],
    { westus: "in latest" },
  ],
  [
    "the version's exclusion is that of its newest run, for all regions",
    [word([completed("westus")]), word([completed("eastus2")], { excludeFromLatest: true })],
    { westus: "in latest", eastus2: "in latest" },
  ],
  [
    "a region's own exclusion is its own",
    [
      word([completed("westus"), completed("eastus2")], {
        targetRegions: [flagged("westus"), encryptedRegion("eastus2")],
      }),
    ],
    { westus: "out of latest", eastus2: "in latest" },
  ],
  [
    "an excluded version is out of latest in each region",
    [word([completed("westus")], { excludeFromLatest: true })],
    { westus: "out of latest" },
  ],
  [
    "what a newer run couldn't keep is taken from an older one",
    [word([completed("westus")], "nothing"), word([completed("westus")])],
    { westus: "in latest" },
  ],
  [
    "what no run has kept isn't made up",
    [word([completed("westus")], "nothing")],
    { westus: "notRecorded" },
  ],
  [
    "a disk without a set of the customer's has no commands",
    [word([completed("westus")], { dataLuns: [4] })],
    { westus: "noCommands" },
  ],
])("%s", (_, words, wanted) => {
  expect(shown(words)).toEqual(wanted);
});
