import { whyLeftOut, type Word } from "../../../../src/domain/rollout/left-out";
import type { RegionOutcome } from "../../../../src/domain/run/outcome";
import { azureFault } from "../../../support/azure-fault";

const failed = (code: string): RegionOutcome => ({
  region: "westus",
  kind: "failed",
  attempts: 1,
  fault: azureFault(code, "operator", "no", "look"),
});
const THERE: RegionOutcome = { region: "westus", kind: "completed" };
const VERIFIED: RegionOutcome = { ...THERE, verified: true };
const NOT_STARTED: RegionOutcome = { region: "westus", kind: "notStarted" };
const UNVERIFIED = failed("VerificationFailedEncryption");
const OTHER_KEYS = failed("EncryptionChangedSincePlan");
const LATE = failed("ReplicationTimedOut");

const says = (outcome: RegionOutcome, added: string[] = []): Word => ({
  outcomes: [outcome],
  added,
});
const made = (outcome: RegionOutcome): Word => says(outcome, ["westus"]);

test.each<[string, Word[], boolean, string | undefined]>([
  ["of which no run knows, and that nobody wants verified", [], false, undefined],
  ["that a run has made", [made(THERE)], false, undefined],
  ["that came after the run's time", [made(LATE)], false, undefined],
  ["that a run has verified", [made(VERIFIED)], true, undefined],
  ["that was verified by an earlier run", [says(THERE), made(VERIFIED)], true, undefined],
  ["that nobody has verified", [made(THERE)], true, "NotVerified"],
  ["whose verification failed", [made(UNVERIFIED)], true, "VerificationFailedEncryption"],
  [
    "whose verification failed, and which a later run only found there",
    [says(THERE), made(UNVERIFIED)],
    false,
    "VerificationFailedEncryption",
  ],
  [
    "whose verification failed, and which later runs didn't begin",
    [says(NOT_STARTED), says(LATE), made(UNVERIFIED)],
    false,
    "VerificationFailedEncryption",
  ],
  ["whose failed copy was made anew", [made(THERE), made(UNVERIFIED)], false, undefined],
  ["whose verified copy was made anew", [made(THERE), made(VERIFIED)], true, "NotVerified"],
  ["under other keys", [made(OTHER_KEYS)], false, "EncryptionChangedSincePlan"],
  [
    "under other keys, of which a later run says nothing",
    [says(LATE), made(OTHER_KEYS)],
    false,
    "EncryptionChangedSincePlan",
  ],
  [
    "that a later run has found under the planned keys",
    [says(THERE), made(OTHER_KEYS)],
    false,
    undefined,
  ],
  [
    "with a data disk that isn't encrypted",
    [made(failed("DataDiskNotEncrypted"))],
    false,
    "DataDiskNotEncrypted",
  ],
])("a region %s is left out only for a reason", (_what, words, verify, code) => {
  const why = whyLeftOut("westus", words, verify);
  expect(why?.kind === "failed" ? why.fault.code : undefined).toBe(code);
});
