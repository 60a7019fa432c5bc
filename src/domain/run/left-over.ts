import type { Fault } from "../fault";
import type { RegionName } from "../region-name";
import type { ImageTarget } from "../request/publish-request";
import { foundCompleted, foundLost, type Undone } from "../rollout/undo";
import { imageVersionId, publicationId } from "./identity";
import { verificationDiskId } from "../rollout/verification";
import { isThere, type LeftOver, type RegionOutcome } from "./outcome";

/** What is known of a run that didn't end as it should. */
export interface Aftermath {
  /** A write of the version may have been accepted. */
  written: boolean;
  regions: readonly RegionOutcome[];
  /** What was taken back, and what wasn't. */
  undone: readonly Undone[];
  /** The version's state when the watch ended; absent when it ended without knowing. */
  provisioningState?: string;
  /** Some region of the version was Completed then, of the request's or others; absent as above. */
  someCompleted?: boolean;
  /** Regions of the version that weren't excluded from `latest` then; absent where nobody has seen it. */
  inLatest?: readonly RegionName[] | undefined;
  /** The version wasn't there before the run. */
  createdByRun?: boolean;
  /** The run was only to take the version into `latest`. */
  action?: "promote";
  /** Nothing of the run is in Azure any more. */
  gone?: true;
  /** Regions that were taken out of the version to be added back, and weren't. */
  removed?: readonly RegionName[];
  /** What ended the run. */
  fault?: Fault;
  /** Why the version couldn't be looked at once more before this was recorded. */
  unseen?: Fault;
}

/**
 * What stays in Azure, and the command that cleans it up. To delete is proposed only for a version that the run has
 * made and that was read as Failed without any completed region: anything else may be healthy, or become so, or is
 * somebody else's.
 */
export function leftOver(image: ImageTarget, aftermath: Aftermath): LeftOver[] {
  const { undone, action, written, gone = false } = aftermath;
  const isGone =
    gone ||
    undone.some(({ step, result }) => step.activity === "deleteVersion" && result === "undone");
  if (isGone || !written) return disksLeft(undone);
  const left = [
    action === "promote" ? unpromoted(image) : version(image, aftermath),
    ...unfinished(image, aftermath),
  ];
  return [...left.map(of(image)), ...leftByUndo(image, undone)];
}

/** What the undo list couldn't take back, or has found missing: all that a success leaves behind. */
export const leftByUndo = (image: ImageTarget, undone: readonly Undone[]): LeftOver[] => [
  ...[...undone.flatMap((done) => notTakenBack(image, done)), ...lost(image, undone)].map(
    of(image),
  ),
  ...disksLeft(undone),
];

const of =
  (image: ImageTarget) =>
  (left: Left): LeftOver => ({ resourceId: imageVersionId(image), ...left });

/** Disks that verified the version and couldn't be deleted. */
export const disksLeft = (undone: readonly Undone[]): LeftOver[] =>
  undone.flatMap((done) => {
    const { step } = done;
    if (step.activity !== "deleteDisks" || !("fault" in done)) return [];
    const { left = step.names, fault } = done;
    return left
      .map((name) => verificationDiskId(step.group, name))
      .map((resourceId) => ({
        resourceId,
        what: `a disk that was made to verify the version: ${fault.message}`,
        command: `az disk delete --ids ${resourceId} --yes`,
      }));
  });

type Left = Omit<LeftOver, "resourceId">;

function version(image: ImageTarget, aftermath: Aftermath): Left {
  const { regions, undone, provisioningState } = aftermath;
  const completed = regions.filter(isThere).map(({ region }) => region);
  const kept = undone.find(({ step }) => step.activity === "deleteVersion");
  const onPurpose = kept?.result === "kept" || aftermath.fault?.code === "VersionKept";
  const reason = kept !== undefined && "fault" in kept ? `; ${kept.fault.message}` : "";
  const why = `${reason}${notLookedAt(aftermath)}`;
  if (completed.length > 0)
    return {
      what: `the image version, Completed in ${completed.join(", ")}; ${latest(image, completed, aftermath)}${notLookedAt(aftermath)}`,
      command: show(image),
    };
  // What was kept on purpose was no longer as the watch had read it: somebody may need it.
  if (provisioningState?.toLowerCase() === "failed" && !onPurpose)
    return failed(image, aftermath, why);
  return {
    what: `perhaps the image version: what became of it wasn't seen${why}`,
    command: show(image),
  };
}

const notLookedAt = ({ unseen }: Aftermath): string =>
  unseen === undefined
    ? ""
    : `; it couldn't be read again before this was recorded, so its regions are told as the run saw them last (${unseen.code}: ${unseen.message})`;

/** Somebody else may have promoted the version, or our own promotion may have come as far. */
function latest(
  image: ImageTarget,
  completed: readonly RegionName[],
  { inLatest }: Aftermath,
): string {
  if (inLatest === undefined) return "whether it is in latest wasn't seen";
  const inside = completed.filter((region) => inLatest.includes(region));
  if (inside.length === completed.length) return "it is in latest";
  const those =
    inside.length === 0 ? "what was added" : `in latest in ${inside.join(", ")}, the rest`;
  return `${those} stays out of latest until POST /api/publications/${publicationId(image)}/promote`;
}

function failed(image: ImageTarget, { someCompleted, createdByRun }: Aftermath, why: string): Left {
  if (someCompleted !== false)
    return {
      what: `the image version: it is Failed, but regions of it that the request doesn't name may be in use${why}`,
      command: show(image),
    };
  const what = `it is Failed, no region is completed, and Azure takes no further write${why}`;
  return createdByRun === true
    ? { what: `the image version: ${what}`, command: az(image, "delete") }
    : { what: `the image version, which was there before the run: ${what}`, command: show(image) };
}

const unpromoted = (image: ImageTarget): Left => ({
  what: "the image version: whether it is in latest wasn't seen",
  command: show(image),
});

/** Target regions without a copy, beside others that have one. */
function unfinished(
  image: ImageTarget,
  { regions, undone, removed: takenOut = [], someCompleted = false }: Aftermath,
): Left[] {
  const removed = [...takenOut, ...undone.flatMap((done) => takenBack(image, done))];
  const failed = regions
    .filter((outcome) => outcome.kind === "failed" && !isThere(outcome) && !isOut(outcome))
    .map(({ region }) => region)
    .filter((name) => !removed.includes(name));
  const open = [...new Set([...failed, ...undone.flatMap(notRemoved)])];
  if (open.length === 0 || !(someCompleted || regions.some(isThere))) return [];
  return [
    {
      what: `target regions that aren't Completed: ${open.join(", ")}; a redrive repeats them, the command removes one`,
      command: removal(image),
    },
  ];
}

/** Somebody else took it out of the version, or the run didn't write it: there is nothing to remove. */
const isOut = (outcome: RegionOutcome): boolean =>
  outcome.kind === "failed" && (outcome.fault.code === "RegionVanished" || outcome.attempts === 0);

/** Regions that a removal has left none of; what it didn't touch is Completed, gone, or the source region. */
const takenBack = ({ location }: ImageTarget, undone: Undone): RegionName[] => {
  const { step, result } = undone;
  if (step.activity !== "removeRegions" || result === "kept") return [];
  if (result === "failed" && undone.left === undefined) return [];
  const staying = [...foundCompleted(undone), ...notRemoved(undone)];
  return step.regions.filter((name) => name !== location && !staying.includes(name));
};

/** Regions that a removal was to take out, and that a look has found all the same. */
const notRemoved = (undone: Undone): RegionName[] =>
  undone.step.activity === "removeRegions" && "fault" in undone
    ? undone.step.regions.filter((name) => undone.left?.includes(name) === true)
    : [];

/** An undo step that didn't succeed; that regions and version stay is told above. */
function notTakenBack(image: ImageTarget, undone: Undone): Left[] {
  const { step } = undone;
  if (!("fault" in undone)) return [];
  const { left } = undone;
  switch (step.activity) {
    case "closeSafetyFlag":
      return [
        {
          // The look itself may have been refused.
          what: "the safety flag may be open: regions of the version could be removed by mistake then",
          command: flag(image, false),
        },
      ];
    case "restoreReplicaCounts":
      return Object.entries(step.counts)
        .filter(([region]) => left?.includes(region) !== false)
        .map(([region, count]) => ({
          what: `the replica count of ${region}, which was ${count} before`,
          command: az(
            image,
            "update",
            `--set publishingProfile.targetRegions[<index of ${region}>].regionalReplicaCount=${count}`,
          ),
        }));
    case "deleteDisks":
    case "removeRegions":
    case "deleteVersion":
      return [];
  }
}

/** Under the open flag of a removal somebody else may have left out what wasn't to be removed. */
function lost(image: ImageTarget, undone: readonly Undone[]): Left[] {
  const regions = undone.flatMap(foundLost);
  return [...new Map(regions.map((one) => [one.region, one])).values()].map(
    ({ region, fault }) => ({
      what: `region ${region} was to stay when others were removed, and is gone: ${fault.message}`,
      command: show(image),
    }),
  );
}

const az = (image: ImageTarget, verb: "delete" | "show" | "update", more = ""): string =>
  `az sig image-version ${verb} --resource-group ${image.resourceGroup} --gallery-name ${image.gallery} --gallery-image-definition ${image.definition} --gallery-image-version ${image.version} --subscription ${image.subscriptionId} ${more}`.trimEnd();

const show = (image: ImageTarget): string => az(image, "show", "--expand ReplicationStatus");

const flag = (image: ImageTarget, open: boolean): string =>
  az(image, "update", `--set safetyProfile.allowDeletionOfReplicatedLocations=${open}`);

/** Azure asks for the flag in the same update; it is closed again by another one. */
const removal = (image: ImageTarget): string =>
  `${flag(image, true)} --remove publishingProfile.targetRegions <index>; ${flag(image, false)}`;
