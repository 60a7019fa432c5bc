import { checkVersion, type CheckedVersion } from "../../../../src/domain/preflight/check-version";
import type { ImageVersionBody } from "../../../../src/domain/plan/image-version-body";
import { targetRegion, versionBody } from "../../../support/fake-version";
import { accepted, managedImageExample } from "../../../support/request-factory";

const request = accepted(managedImageExample());
const body = versionBody([targetRegion("westus")]);

function codes(change: Partial<CheckedVersion>): string[] {
  const { problems, remarks } = checkVersion(request, {
    provisioningState: "Succeeded",
    body,
    summary: [],
    writer: undefined,
    ...change,
  });
  return [...problems, ...remarks].map(({ path, code }) => `${path} ${code}`);
}

const replicating = (replicationMode: "Full" | "Shallow"): ImageVersionBody => ({
  ...body,
  publishingProfile: { ...body.publishingProfile, replicationMode },
});

test.each<[string, Partial<CheckedVersion>, Partial<CheckedVersion>, string]>([
  [
    "a version that is Failed",
    { provisioningState: "Failed" },
    { provisioningState: "Succeeded" },
    "$.image.version VersionFailed",
  ],
  [
    "a version that is Failed with no region",
    { provisioningState: "Failed", summary: [{ state: "Failed" }] },
    { provisioningState: "Failed", summary: [{ state: "Failed" }, { state: "Completed" }] },
    "$.image.version VersionFailed",
  ],
  [
    "a version with another replication mode",
    { body: replicating("Shallow") },
    { body: replicating("Full") },
    "$.replicationMode ReplicationModeImmutable",
  ],
  [
    "a version that somebody else is writing",
    { provisioningState: "Updating", writer: { kind: "other" } },
    { provisioningState: "Updating", writer: { kind: "sameRequest", runId: "r" } },
    "$.image.version VersionBeingWritten",
  ],
])("%s is told, and nothing else; beside it nothing is", (_name, wrong, right, expected) => {
  expect(codes(wrong)).toEqual([expected]);
  expect(codes(right)).toEqual([]);
});
