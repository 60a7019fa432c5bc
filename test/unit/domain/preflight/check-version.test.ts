import {
  beingWritten,
  checkVersion,
  type CheckedVersion,
} from "../../../../src/domain/preflight/check-version";
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
    { provisioningState: "Failed", summary: [{ region: "westus", state: "Failed" }] },
    { provisioningState: "Succeeded" },
    "$.image.version VersionFailed",
  ],
  [
    "a version with another replication mode",
    { body: replicating("Shallow") },
    { body: replicating("Full") },
    "$.replicationMode ReplicationModeImmutable",
  ],
])("%s is told, and nothing else; beside it nothing is", (_name, wrong, right, expected) => {
  expect(codes(wrong)).toEqual([expected]);
  expect(codes(right)).toEqual([]);
});

test("a version that is Failed is only warned of while some region is Completed, and says which", () => {
  const { problems, remarks } = checkVersion(request, {
    provisioningState: "Failed",
    body,
    summary: [
      { region: "West US", state: "Completed" },
      { region: "East US 2", state: "Failed" },
    ],
  });
  expect(problems).toEqual([]);
  expect(remarks).toMatchObject([
    {
      severity: "warning",
      code: "VersionFailed",
      message: expect.stringContaining("Completed are westus, and the others are repeated"),
    },
  ]);
});

test.each([
  ["Updating", "the plan for what it shows now"],
  ["Deleting", "the plan for a new version in its place"],
])("of a version that somebody else has %s it is said what the plan is for", (state, words) => {
  const version = { provisioningState: state, writer: { kind: "other" as const } };
  expect(beingWritten(request, version)).toMatchObject([
    { code: "VersionBeingWritten", message: expect.stringContaining(words) },
  ]);
  const own = { kind: "sameRequest" as const, runId: "r" };
  expect(beingWritten(request, { ...version, writer: own })).toEqual([]);
});
