import { renderArmCalls } from "../../../src/cli/arm-calls";
import { renderFailure } from "../../../src/cli/failure-report";
import { buildFailure } from "./build-publication";

const notFound = {
  code: "DiskEncryptionSetNotFound",
  message: "The Resource 'EastUS2DiskEncryptionSet2' was not found.",
  action: "create it in eastus2",
};

const permanent = { ...notFound, advice: "permanent" as const };

test("a refused region is told with code, Azure's words and what to do, once", () => {
  const failure = buildFailure({
    problems: [{ path: "$.targetRegions[1]", region: "eastus2", ...notFound }],
    regions: [
      { region: "westus", kind: "notStarted" },
      { region: "eastus2", kind: "failed", fault: permanent, attempts: 0 },
    ],
  });
  expect(renderFailure(failure)).toEqual([
    "The run ended rejected; the failure is recorded:",
    "",
    "  eastus2 ($.targetRegions[1])",
    "    DiskEncryptionSetNotFound: The Resource 'EastUS2DiskEncryptionSet2' was not found.",
    "    What to do: create it in eastus2",
    "",
    "  Left over in Azure: nothing",
    "",
    "The record: GET /api/failures/f1",
  ]);
});

test("a partly published version names what is there, the correlation id and what to clean up", () => {
  const lines = renderFailure(
    buildFailure({
      state: "partlyPublished",
      regions: [
        { region: "westus", kind: "completed" },
        {
          region: "eastus2",
          kind: "failed",
          fault: { ...permanent, correlationId: "c-1" },
          attempts: 1,
        },
      ],
      leftOver: [{ resourceId: "/x/1.0.0", what: "a version", command: "az sig … delete" }],
    }),
  ).join("\n");
  expect(lines).toContain("  eastus2\n    DiskEncryptionSetNotFound");
  expect(lines).toContain("correlation id c-1");
  expect(lines).toContain("Completed nevertheless: westus");
  expect(lines).toContain("    a version: /x/1.0.0\n      az sig … delete");
});

test("a message that was refused says where in the request each problem is", () => {
  const failure = buildFailure({
    kind: "message",
    problems: [{ path: "$.image", code: "Missing", message: "image is missing", action: "add it" }],
  });
  expect(renderFailure(failure).slice(0, 4)).toEqual([
    "The message could not be admitted; it is kept with its reasons:",
    "",
    "  $.image",
    "    Missing: image is missing",
  ]);
});

test("writes to Resource Manager are listed with their status, reads are counted", () => {
  const path = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/G/images/I";
  expect(
    renderArmCalls(
      [
        { method: "PUT", path: `${path}/versions/1.0.0`, status: 201 },
        { method: "PUT", path, status: 409, errorCode: "Conflict" },
      ],
      1,
    ),
  ).toEqual([
    "Written to Resource Manager (1 read):",
    "  PUT …/galleries/G/images/I/versions/1.0.0  201",
    "  PUT …/galleries/G/images/I  409 Conflict",
  ]);
  expect(renderArmCalls([], 8)).toEqual(["Nothing was written to Resource Manager (8 reads)."]);
});
