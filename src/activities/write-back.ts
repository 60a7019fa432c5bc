import type { ImageVersionState } from "../azure/image-versions";
import { fault, type Fault } from "../domain/fault";
import type { RegionName } from "../domain/region-name";
import type { ImageTarget, PublishRequest } from "../domain/request/publish-request";
import { requestOf, type ActivityDependencies } from "./dependencies";
import type { WriteRef } from "./keep-undo";
import { isTrouble, settle, type Trouble } from "./settle";
import { writeVersion, type Wanted, type Written } from "./write-version";

/** A write that takes something back. It is repeated until a look shows that nothing of it is left. */
export interface WriteBackRef extends WriteRef {
  /** Where the operation of the write before stands. */
  operationUrl?: string;
  /** It has been written often enough: it is only looked at what is left. */
  onlyLook?: true;
}

export type WrittenBack = Written & {
  /** Regions in which this write takes something back. */
  regions: RegionName[];
  /** When none was needed: those of the step that aren't as they were before, and stay so. */
  stay?: RegionName[];
};

/** All writes were accepted, and there still is something to take back. */
export interface Left {
  kind: "left";
  regions: RegionName[];
  /** Azure's own words about the last write, where it has any. */
  fault: Fault;
}

/** Somebody else has written the version since: what there is to take back in these regions may be his. */
export interface Kept {
  kind: "kept";
  regions: RegionName[];
  fault: Fault;
}

/** What a step wants of a version as it is now, and in which regions. */
export type WantedBack = { regions: RegionName[] } & (
  Extract<Wanted, { kind: "put" }> | Extract<Wanted, { kind: "nothing" }>
);

/** What a step that takes back asks of the version, and what it makes of it. */
export interface Step {
  /** Of `nothing` the regions are those that stay. */
  want: (
    existing: ImageVersionState | undefined,
    request: PublishRequest,
  ) => WantedBack | Kept | Failed | Promise<WantedBack | Kept | Failed>;
  /** Regions of the step in which it is taken back: of a write that was made before a crash only the version tells. */
  done: (existing: ImageVersionState | undefined) => RegionName[];
}

type Failed = Extract<Trouble, { kind: "failed" }>;

/** One look of such a step, and its PUT where something is to be taken back. */
export async function writeBack(
  dependencies: ActivityDependencies,
  { operationUrl, onlyLook, ...ref }: WriteBackRef,
  { want, done }: Step,
): Promise<WrittenBack | Left | Kept | Trouble> {
  let regions: RegionName[] = [];
  const written = await writeVersion<Left | Kept | Trouble>(
    dependencies,
    ref,
    async (existing, request) => {
      const wanted = await want(existing, request);
      if (wanted.kind === "failed" || wanted.kind === "kept") return wanted;
      ({ regions } = wanted);
      return wanted.kind === "put" && onlyLook === true
        ? left(dependencies, request.image, regions, operationUrl)
        : wanted;
    },
  );
  if (written.kind !== "written") return written;
  if (written.how === "unchanged") return { ...written, regions: [], stay: regions };
  if (written.how !== "adopted") return { ...written, regions };
  return settle(async () => {
    const { image } = await requestOf(dependencies.documents, ref);
    return { ...written, regions: done(await dependencies.imageVersions.get(image)) };
  });
}

/** Why the last write came to nothing: its operation knows, where it is known and can be read. */
async function left(
  { imageVersions }: ActivityDependencies,
  image: ImageTarget,
  regions: RegionName[],
  operationUrl: string | undefined,
): Promise<Left | Trouble> {
  const operation =
    operationUrl === undefined
      ? undefined
      : await settle(async () => ({
          told: await imageVersions.readOperation(image, operationUrl),
        }));
  if (operation !== undefined && isTrouble(operation) && operation.kind === "wait")
    return operation;
  const told = operation !== undefined && "told" in operation ? operation.told?.fault : undefined;
  return { kind: "left", regions, fault: told ?? NOT_TAKEN_BACK };
}

const NOT_TAKEN_BACK = fault(
  "NotTakenBack",
  "operator",
  "the write that takes it back was accepted each time it was sent, and it is still there",
  "look at the activity log of the version, then run the command under leftOver",
);
