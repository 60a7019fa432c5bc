import type { Fault } from "../../../../src/domain/fault";
import { recover, type RecoveryRules, type Tries } from "../../../../src/domain/rollout/recovery";
import type { RegionOutcome } from "../../../../src/domain/run/outcome";

const failing = (
  region: string,
  code = "ReplicationFailed",
  advice: Fault["advice"] = "repeat",
): RegionOutcome => ({
  region,
  kind: "failed",
  attempts: 1,
  fault: { code, advice, message: "no", action: "" },
});
const completed = (region: string): RegionOutcome => ({ region, kind: "completed" });
const TRIES: Tries = { repeats: 0, recreations: 0, readditions: 0 };
const RULES: RecoveryRules = { readd: false, source: "westus", createdByRun: true };

interface Case {
  outcomes: RegionOutcome[];
  state?: string;
  someCompleted?: boolean;
  tries?: Partial<Tries>;
  rules?: Partial<RecoveryRules>;
}
const step = ({ outcomes, state = "Succeeded", someCompleted, tries, rules }: Case) =>
  recover(
    {
      outcomes,
      provisioningState: state,
      someCompleted: someCompleted ?? outcomes.some(({ kind }) => kind === "completed"),
    },
    { ...TRIES, ...tries },
    { ...RULES, ...rules },
  );

const partly = [completed("westus"), failing("eastus2")];
const READD = { readd: true };

test.each<[string, Case, ReturnType<typeof recover>]>([
  ["nothing failed", { outcomes: [completed("westus")] }, { kind: "none" }],
  ["a region failed", { outcomes: partly }, { kind: "repeat", regions: ["eastus2"] }],
  [
    "it failed a third time",
    { outcomes: partly, tries: { repeats: 2 } },
    { kind: "repeat", regions: ["eastus2"] },
  ],
  ["the repeats are used up", { outcomes: partly, tries: { repeats: 3 } }, { kind: "none" }],
  [
    "the repeats are used up and the request opts in",
    { outcomes: partly, tries: { repeats: 3 }, rules: READD },
    { kind: "readd", regions: ["eastus2"] },
  ],
  [
    "it was added back once",
    { outcomes: partly, tries: { repeats: 3, readditions: 1 }, rules: READD },
    { kind: "none" },
  ],
  [
    "the source region failed for good",
    { outcomes: [failing("westus"), completed("eastus2")], tries: { repeats: 3 }, rules: READD },
    { kind: "none" },
  ],
  [
    "the error is permanent",
    { outcomes: [completed("westus"), failing("eastus2", "X", "permanent")], rules: READD },
    { kind: "none" },
  ],
  [
    "a key can't be used",
    { outcomes: [failing("westus", "KeyVaultAccessForbidden", "operator")] },
    { kind: "repeat", regions: ["westus"] },
  ],
  [
    "a key can't be used, still",
    {
      outcomes: [failing("westus", "KeyVaultAccessForbidden", "operator")],
      tries: { repeats: 1 },
    },
    { kind: "none" },
  ],
  [
    "somebody removed a region",
    { outcomes: [completed("westus"), failing("eastus2", "RegionVanished")] },
    { kind: "repeat", regions: ["eastus2"] },
  ],
  [
    "somebody removed it again",
    {
      outcomes: [completed("westus"), failing("eastus2", "RegionVanished")],
      tries: { repeats: 1 },
      rules: READD,
    },
    { kind: "none" },
  ],
  [
    "the time is over",
    { outcomes: [completed("westus"), failing("eastus2", "ReplicationTimedOut")], rules: READD },
    { kind: "none" },
  ],
  [
    "our new version is Failed and no region is there",
    { outcomes: [failing("westus"), failing("eastus2")], state: "Failed" },
    { kind: "recreate" },
  ],
  [
    "a Failed version that others made has no region",
    { outcomes: [failing("westus")], state: "Failed", rules: { createdByRun: false } },
    { kind: "none" },
  ],
  [
    "our new version is Failed and another region is there",
    { outcomes: [failing("eastus2")], state: "Failed", someCompleted: true },
    { kind: "repeat", regions: ["eastus2"] },
  ],
])("when %s", (_name, given, expected) => {
  expect(step(given)).toEqual(expected);
});
