import type { ComputeService } from "../compute-service";
import type { VersionBody } from "./version-body";

/** Since then a version without storage type and strategy prefers zone-redundant storage. */
const PREFERS_ZONES_SINCE = "2025-03-03";
/** Announced: since then a version lives for six months, and can't be deleted before. */
const ENDS_SINCE = "2026-03-03";
const MONTHS_OF_LIFE = 6;

/**
 * The body of a new version with the defaults that its api-version has: they have changed twice.
 * @param apiVersion a date, perhaps with `-preview`
 */
export function withDefaultsOf(
  { behaviour, clock }: ComputeService,
  apiVersion: string,
  body: VersionBody,
): VersionBody {
  if (behaviour.versionDefaults === "oldest") return body;
  const { publishingProfile = {}, safetyProfile = {} } = body.properties ?? {};
  const { storageAccountType, storageAccountStrategy } = publishingProfile;
  const prefersZones =
    apiVersion >= PREFERS_ZONES_SINCE &&
    (storageAccountType ?? storageAccountStrategy) === undefined;
  const ends = apiVersion >= ENDS_SINCE;
  const endOfLife = clock.date();
  endOfLife.setUTCMonth(endOfLife.getUTCMonth() + MONTHS_OF_LIFE);
  return {
    ...body,
    properties: {
      ...body.properties,
      publishingProfile: {
        ...(prefersZones ? { storageAccountStrategy: "PreferStandard_ZRS" } : {}),
        ...(ends ? { endOfLifeDate: endOfLife.toISOString() } : {}),
        ...publishingProfile,
      },
      safetyProfile: { ...(ends ? { blockDeletionBeforeEndOfLife: true } : {}), ...safetyProfile },
    },
  };
}
