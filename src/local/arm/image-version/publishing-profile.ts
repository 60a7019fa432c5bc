import type { ComputeService } from "../compute-service";
import { enumValue } from "../enum-value";
import { changedProperty, strategyAndType } from "./refusals";
import { checkShallow } from "./shallow";
import {
  checkReplicaCount,
  desiredRegions,
  PROFILE,
  storageType,
  type RegionDefaults,
} from "./target-regions";
import type { PublishingProfile } from "./version-body";
import type { KeptProfile } from "./version-record";

const REPLICATION_MODES = ["Full", "Shallow"] as const;
const STRATEGIES = ["PreferStandard_ZRS", "DefaultStandard_LRS"] as const;

/** What a profile is decided from, besides the body. */
export interface ProfileContext {
  location: string;
  publishedDate: string;
  /** The profile of the version that is updated. */
  before?: KeptProfile;
}

/**
 * The publishing profile as it is kept: defaults filled in, values in the service's spelling. What
 * the body leaves out is lost, except for what can't be changed at all, and for the list of regions:
 * a body without one says nothing about regions.
 * @throws {ArmError} in Azure's words
 */
export function decidedProfile(
  service: ComputeService,
  given: PublishingProfile = {},
  { location, publishedDate, before }: ProfileContext,
): KeptProfile {
  const { maxReplicaCount } = service.behaviour;
  const replicaCount = given.replicaCount ?? 1;
  checkReplicaCount(replicaCount, "replicaCount", maxReplicaCount);
  const storage = storageOf(given, before);
  const replicationMode = modeOf(given, before);
  const targetRegions = desiredRegions(given, {
    location,
    existing: before?.targetRegions ?? [],
    maxReplicaCount,
    replicaCount,
    storageAccountType: defaultTypeOf(service, storage),
  });
  if (replicationMode === "Shallow") checkShallow(targetRegions);
  const { endOfLifeDate, storageAccountType: _type, storageAccountStrategy: _one, ...rest } = given;
  return {
    ...rest,
    ...storage,
    targetRegions,
    replicaCount,
    replicationMode,
    publishedDate,
    excludeFromLatest: given.excludeFromLatest ?? false,
    ...(endOfLifeDate === undefined
      ? {}
      : { endOfLifeDate: new Date(endOfLifeDate).toISOString() }),
  };
}

type Storage = Pick<KeptProfile, "storageAccountType" | "storageAccountStrategy">;

/** Where a region's type isn't given: zone-redundant if that is preferred and the region has it. */
function defaultTypeOf(
  { regions }: ComputeService,
  storage: Storage,
): RegionDefaults["storageAccountType"] {
  return (region) =>
    storage.storageAccountStrategy === "PreferStandard_ZRS" &&
    regions.facts(region).storageTypes.includes("Standard_ZRS")
      ? "Standard_ZRS"
      : (storage.storageAccountType ?? "Standard_LRS");
}

function storageOf(given: PublishingProfile, before: KeptProfile | undefined): Storage {
  const { storageAccountType: type, storageAccountStrategy: strategy } = given;
  if (type !== undefined && strategy !== undefined) throw strategyAndType();
  const wanted: Storage = {
    ...(type === undefined
      ? {}
      : { storageAccountType: storageType(type, `${PROFILE}.storageAccountType`) }),
    ...(strategy === undefined
      ? {}
      : {
          storageAccountStrategy: enumValue(
            strategy,
            STRATEGIES,
            `${PROFILE}.storageAccountStrategy`,
          ),
        }),
  };
  if (before === undefined)
    return Object.keys(wanted).length > 0 ? wanted : { storageAccountType: "Standard_LRS" };
  for (const member of ["storageAccountType", "storageAccountStrategy"] as const)
    if (wanted[member] !== undefined && wanted[member] !== before[member])
      throw changedProperty(`publishingProfile.${member}`);
  return before.storageAccountStrategy === undefined
    ? { storageAccountType: before.storageAccountType ?? "Standard_LRS" }
    : { storageAccountStrategy: before.storageAccountStrategy };
}

function modeOf(given: PublishingProfile, before: KeptProfile | undefined): string {
  const mode =
    given.replicationMode === undefined
      ? undefined
      : enumValue(given.replicationMode, REPLICATION_MODES, `${PROFILE}.replicationMode`);
  if (before === undefined) return mode ?? "Full";
  if (mode !== undefined && mode !== before.replicationMode)
    throw changedProperty("publishingProfile.replicationMode");
  return before.replicationMode;
}
