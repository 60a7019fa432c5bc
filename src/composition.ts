import type { TokenCredential } from "@azure/core-auth";
import { noWayBack } from "./activities/checks/way-back";
import type { ActivityDependencies } from "./activities/dependencies";
import { checkPermissions } from "./activities/checks/check-permissions";
import { checkRegionOffers } from "./activities/checks/check-region-offers";
import { numberFree } from "./activities/checks/soft-deleted";
import { checkVerification } from "./activities/checks/check-verification";
import { createArmGet } from "./azure/arm-get";
import { createComputeClients } from "./azure/compute-clients";
import { createDisks } from "./azure/disks";
import { createEncryptionSets } from "./azure/encryption-sets";
import { createImageTemplates, type ImageTemplates } from "./azure/image-templates";
import { createImageVersions } from "./azure/image-versions";
import { createKeys } from "./azure/keys";
import { createPermissions } from "./azure/permissions";
import { createDefinitionVersions } from "./azure/definition-versions";
import { createRegionOffers } from "./azure/region-offers";
import { createSoftDeletedVersions } from "./azure/soft-deleted-versions";
import { createSourceCandidates } from "./azure/source-candidates";
import { createSourceFinding, type SourceFinding } from "./azure/source-finder";
import { createSources } from "./azure/sources";
import { createTakenNumbers, type TakenNumbers } from "./azure/taken-numbers";
import type { Settings } from "./config";
import type { RequestRules } from "./domain/request/parse-request";
import type { DefinitionTarget } from "./domain/request/publish-request";

/** What the product sees and does of Azure: everything that a dry run needs. */
export type Azure = Pick<
  ActivityDependencies,
  | "imageVersions"
  | "encryptionSets"
  | "keys"
  | "sources"
  | "disks"
  | "verificationGroup"
  | "checks"
  | "now"
  | "watch"
> & {
  /** What schedules look for. */
  finding: SourceFinding;
  takenNumbers: (definition: DefinitionTarget) => Promise<TakenNumbers>;
  templates: ImageTemplates;
};

/** Resource Manager as the settings name it, for `main` and for the tests of preflight. */
export function connectAzure(settings: Settings, credential: TokenCredential): Azure {
  const compute = createComputeClients({
    endpoint: settings.ARM_ENDPOINT,
    scope: settings.ARM_SCOPE,
    credential,
  });
  const armGet = createArmGet(compute, settings.ARM_ENDPOINT);
  const imageVersions = createImageVersions(compute, settings.ARM_ENDPOINT);
  const permissions = createPermissions(armGet);
  const sources = createSources(compute, armGet);
  const softDeleted = createSoftDeletedVersions(compute);
  return {
    imageVersions,
    takenNumbers: createTakenNumbers({ imageVersions, sources, softDeleted }),
    encryptionSets: createEncryptionSets(compute),
    keys: () => createKeys(armGet),
    sources,
    disks: createDisks(compute, armGet),
    verificationGroup: settings.VERIFICATION_RESOURCE_GROUP,
    checks: [
      checkPermissions(permissions),
      checkVerification(permissions, settings.VERIFICATION_RESOURCE_GROUP),
      checkRegionOffers(createRegionOffers(compute)),
      noWayBack(imageVersions),
      numberFree(softDeleted),
    ],
    finding: createSourceFinding({
      candidates: createSourceCandidates(compute, armGet),
      versions: createDefinitionVersions(compute),
    }),
    templates: createImageTemplates(compute, armGet, settings.ARM_ENDPOINT),
    now: () => new Date(),
    watch: {
      minIntervalMs: settings.WATCH_MIN_INTERVAL_SECONDS * 1000,
      maxIntervalMs: settings.WATCH_MAX_INTERVAL_SECONDS * 1000,
      stalledAfterMs: settings.WATCH_STALLED_AFTER_SECONDS * 1000,
    },
  };
}

/** The rules for requests that the settings make; only the clock is missing. */
export function requestRules(settings: Settings): Omit<RequestRules, "now"> {
  return {
    additionalRegions: settings.ADDITIONAL_REGIONS,
    maxReplicaCount: settings.MAX_REPLICA_COUNT,
    resolution: {
      byRegion: settings.DISK_ENCRYPTION_SETS_BY_REGION,
      nameTemplate: settings.DISK_ENCRYPTION_SET_NAME_TEMPLATE,
    },
    vmSourceWithCmk: settings.VM_SOURCE_WITH_CMK,
    platformManagedKeys: settings.PLATFORM_MANAGED_KEYS,
    verificationGroup: settings.VERIFICATION_RESOURCE_GROUP,
    allow: {
      subscriptions: settings.ALLOWED_SUBSCRIPTIONS,
      galleries: settings.ALLOWED_GALLERIES,
      diskEncryptionSetSubscriptions: settings.ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS,
    },
  };
}
