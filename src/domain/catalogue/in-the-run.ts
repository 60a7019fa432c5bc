import { ANSWERS, CONTRACT, OURS, type FaultEntry } from "./entry";

/** Trouble in a run, where Azure gave no code of its own. */
export const IN_THE_RUN = {
  ReplicationFailed: {
    advice: "repeat",
    cause: "A region failed and Azure gave no code.",
    action: "Run again.",
    rule: ANSWERS,
  },
  ReplicationTimedOut: {
    advice: "repeat",
    cause: "Not there after `rollout.timeout`; Azure may still complete it.",
    action: "Run again.",
    rule: OURS,
  },
  RunTimedOut: {
    advice: "by its message",
    cause:
      "`rollout.timeout` was over before a wave could be written, or while Azure was waited for: nothing more is begun.",
    action: "Mend what the message names, then run again; give the run more time if it needs it.",
    rule: OURS,
  },
  RegionVanished: {
    advice: "repeat",
    cause: "Somebody else wrote the version without this region.",
    action: "Find the other writer in the activity log, then run again.",
    rule: OURS,
  },
  RegionReplicatesAgain: {
    advice: "repeat",
    cause:
      "A region that was Completed is being copied anew: somebody else took it away and added it back, or made the whole version again.",
    action: "Find the other writer in the activity log, then run again: it waits for the region.",
    rule: OURS,
  },
  DataDiskNotEncrypted: {
    advice: "operator",
    cause:
      "The version has a data disk that a region encrypts with no set, beside others that it does: the source was replaced while the version was written, or somebody else made it so.",
    action: "Delete the version, then publish another number with a set for every data disk.",
    rule: `${CONTRACT}; fail closed`,
  },
  VersionVanished: {
    advice: "operator",
    cause: "Somebody deleted the version.",
    action: "Find who, then run again.",
    rule: OURS,
  },
  EncryptionChangedSincePlan: {
    advice: "operator",
    cause:
      "After the plan was made somebody wrote a region with other sets, or the request's names and tags came to mean others.",
    action: "Find who, then run again.",
    rule: `${CONTRACT}; fail closed`,
  },
  PromotionFailed: {
    advice: "repeat",
    cause:
      "The write that takes the version into latest was accepted, then its operation ended Failed, also when it was repeated.",
    action: "Look whether the version is in latest; if it isn't, promote it.",
    rule: ANSWERS,
  },
  PromotionTimedOut: {
    advice: "repeat",
    cause: "The write that takes the version into latest was accepted, and didn't end in its time.",
    action: "Look whether the version is in latest; if it isn't, promote it.",
    rule: OURS,
  },
  VersionTaken: {
    advice: "permanent",
    cause: "Somebody made the version from another source after the plan was made.",
    action: "Choose another version number.",
    rule: ANSWERS,
  },
  OperationInFlight: {
    advice: "waitForOperation",
    cause: "Somebody's operation ran for hours.",
    action: "Look at the version; run again.",
    rule: ANSWERS,
  },
  ConnectionFailed: {
    advice: "transient",
    cause: "No connection to Resource Manager, or no answer in time.",
    action: "Check the network; run again.",
    rule: OURS,
  },
  CertificateNotTrusted: {
    advice: "operator",
    cause: "The endpoint's certificate isn't trusted.",
    action: "Check `ARM_ENDPOINT` and `NODE_EXTRA_CA_CERTS`.",
    rule: OURS,
  },
  OperationFailed: {
    advice: "by its message",
    cause: "An operation failed without a code.",
    action: "Read the message.",
    rule: ANSWERS,
  },
  WaveRejected: {
    advice: "operator",
    cause: "Somebody rejected a wave that waited for an approval.",
    action: "Redrive the failure when the reason is gone.",
    rule: OURS,
  },
  ApprovalTimedOut: {
    advice: "operator",
    cause: "Nobody decided on a wave within `rollout.approvalTimeout`.",
    action: "Redrive the failure.",
    rule: OURS,
  },
  Cancelled: {
    advice: "operator",
    cause: "Somebody cancelled the run.",
    action: "Send the request again, or redrive the failure, to go on.",
    rule: OURS,
  },
  NothingToPromote: {
    advice: "operator",
    cause:
      "A promotion found no version, or no region of it that is Completed, verified where that is asked for, and as it was planned.",
    action: "Send the request again, or redrive its failure; then promote.",
    rule: OURS,
  },
  NoRegionLeft: {
    advice: "permanent",
    cause: "A removal would have left the version without a region.",
    action: "Delete the version, if it is of no use.",
    rule: CONTRACT,
  },
  NotTakenBack: {
    advice: "operator",
    cause:
      "A step of the undo list was accepted each time it was written, and what it takes back is still there; Azure gave no reason.",
    action: "Look at the version's activity log, then run the command under `leftOver`.",
    rule: ANSWERS,
  },
  VersionKept: {
    advice: "operator",
    cause:
      "The version isn't deleted: a region is Completed, it is in latest, somebody else has written it, or its end of life blocks the deletion.",
    action: "Look at its regions; delete it yourself if nobody needs it.",
    rule: OURS,
  },
  RegionsKept: {
    advice: "operator",
    cause:
      "Regions aren't taken back: somebody else has written the version since the run did, and what is there may be his.",
    action:
      "Look who wrote the version; run the command under leftOver if nobody needs what is there.",
    rule: OURS,
  },
  VerificationFailed: {
    advice: "by its message",
    cause:
      "`rollout.verify`: a region is Completed, and no disk could be made from the version there; the message has Azure's own code and words.",
    action: "Mend what they name, then redrive the failure: the region is verified again.",
    rule: ANSWERS,
  },
  VerificationFailedEncryption: {
    advice: "operator",
    cause:
      "`rollout.verify`: a disk was made from the version, and isn't encrypted as the region is to be.",
    action: "Don't use the version in this region; compare the sets that the message names.",
    rule: `${CONTRACT}; fail closed`,
  },
  VerificationFailedInTime: {
    advice: "operator",
    cause: "`rollout.verify`: a region's disks weren't there within 30 minutes.",
    action: "Look what the message says of Azure, then redrive the failure.",
    rule: OURS,
  },
  NotVerified: {
    advice: "operator",
    cause:
      "A promotion leaves a region out: the request asks for `rollout.verify`, and no run has verified it.",
    action: "Redrive the failure or send the request again, then promote.",
    rule: OURS,
  },
  DiskKept: {
    advice: "operator",
    cause:
      "`rollout.verify`: a disk by the name of one that the run was to make has another owner: it isn't used, and isn't deleted.",
    action: "Look whose it is.",
    rule: OURS,
  },
  RunLost: {
    advice: "operator",
    cause:
      "The run's orchestration was terminated, failed, or is gone with its task hub, before its end was recorded; `reconcile` found it.",
    action:
      "Look in the log of the host for why; run the request again: it continues from what Azure has.",
    rule: OURS,
  },
  RunSuperseded: {
    advice: "operator",
    cause:
      "A version was taken for the run, and another run took it before this one was started; `reconcile` found it. Nothing was done for it.",
    action: "Send the request again, or redrive the failure.",
    rule: OURS,
  },
  Unexpected: {
    advice: "operator",
    cause: "Storage stayed away, or a mistake in the program.",
    action: "Read the log of the run; run again.",
    rule: OURS,
  },
} as const satisfies Record<string, FaultEntry>;
