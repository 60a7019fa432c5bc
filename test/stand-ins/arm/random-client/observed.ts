import type { ArmFixture } from "../support/arm-fixture";
import { DEFINITION } from "../support/worlds";
import { VERSIONS } from "./steps";
import { modelOf, type ModelVersion } from "./version-model";

/** A version as somebody reads it who writes nothing; undefined when it isn't there. */
export interface Observed {
  version: ModelVersion;
  provisioningState: string;
  aggregatedState: string;
  regions: { region: string; state: string; progress: number }[];
  /** The whole answer. */
  // Tests assert on what they read.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

const GOES_ON = ["Creating", "Updating", "Deleting"];

const isBusyState = (provisioningState: string): boolean => GOES_ON.includes(provisioningState);

export const isBusy = (observed: Observed | undefined): boolean =>
  observed !== undefined && isBusyState(observed.provisioningState);

/** Whether nothing of it can be used, so that it has to be deleted first. */
export const isLost = (observed: Observed | undefined): boolean =>
  observed?.provisioningState === "Failed" &&
  observed.regions.every(({ state }) => state !== "Completed");

export async function observe(arm: ArmFixture, name: string): Promise<Observed | undefined> {
  const query = "$expand=ReplicationStatus&api-version=2025-03-03";
  const { status, body } = await arm.call("GET", `${DEFINITION}/versions/${name}?${query}`);
  if (status === 404) return undefined;
  expect(status).toBe(200);
  const { provisioningState, replicationStatus } = body.properties;
  return {
    version: modelOf({ ...body.properties, tags: body.tags }),
    provisioningState,
    aggregatedState: replicationStatus.aggregatedState,
    regions: replicationStatus.summary,
    body,
  };
}

export const observeAll = (arm: ArmFixture): Promise<(Observed | undefined)[]> =>
  Promise.all(VERSIONS.map((name) => observe(arm, name)));

/** What must hold of any version at any time, whoever has written it. */
export function checkInvariants({ version, provisioningState, ...status }: Observed): void {
  const regions = Object.entries(version.regions);
  expect(new Set(regions.map(([, { encrypted }]) => encrypted)).size).toBe(1);
  expect(Object.keys(version.regions)).toContain("westus");
  expect(status.regions.map(({ region }) => region).sort()).toEqual(
    Object.keys(version.regions).sort(),
  );
  for (const { state, progress } of status.regions) {
    expect(progress).toBeGreaterThanOrEqual(0);
    expect(progress === 100).toBe(state === "Completed");
  }
  const complete = status.regions.every(({ state }) => state === "Completed");
  expect(status.aggregatedState === "Completed").toBe(complete);
  const failed = status.regions.some(({ state }) => state === "Failed");
  if (!isBusyState(provisioningState))
    expect({ provisioningState, complete, failed }).toMatchObject(
      provisioningState === "Succeeded" ? { complete: true } : { failed: true },
    );
}

/** Without what changes while nobody writes. */
export function timeless(observed: Observed | undefined): unknown {
  if (observed === undefined) return undefined;
  const { version, provisioningState, body } = observed;
  const { publishingProfile, storageProfile, safetyProfile } = body.properties;
  const { id, tags, location } = body;
  return {
    version,
    provisioningState,
    publishingProfile,
    storageProfile,
    safetyProfile,
    id,
    tags,
    location,
  };
}
