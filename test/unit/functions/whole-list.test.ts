import { planPublication } from "../../../src/activities/plan-publication";
import type { Problem } from "../../../src/domain/problem";
import { publishFromQueue } from "../../../src/functions/publish-from-queue";
import { publishOverHttp } from "../../../src/functions/publish-over-http";
import { readFailure } from "../../../src/functions/read-failures";
import { createFakeAzure, healthySet } from "../../support/fake-azure";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  readAnswer,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { computeId, managedImageExample, parse, wireRegion } from "../../support/request-factory";

/** Wrong in itself in many ways: structure and meaning, the request as a whole and its regions. */
const WRONG = managedImageExample({
  requestId: "nightly",
  color: "blue",
  replicaCount: 0,
  endOfLifeDate: "2020-12-01",
  replicationMode: "Shallow",
  rollout: { timeout: "6h" },
  source: { managedImage: computeId("virtualMachines", "m") },
  targetRegions: [
    { ...wireRegion("westus", "a/b/c"), storageAccountType: "Standard_GRS" },
    wireRegion("East US 22", computeId("disks", "d"), [[0, "Set"]]),
    { name: "eastus" },
    { name: 7 },
  ],
});
const parsed = parse(WRONG);
const ALL: Problem[] = parsed.kind === "invalid" ? parsed.problems : [];

test("the request has many problems, each with its place, its code, and what to do", () => {
  expect(new Set(ALL.map(({ code }) => code)).size).toBeGreaterThan(11);
  for (const found of ALL) expect(Object.values(found)).not.toContain("");
});

async function post(app: FakeFunctionApp, body: unknown, query = "") {
  const request = httpRequest(`publications?code=secret${query}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  return readAnswer(
    await publishOverHttp(app.dependencies)(request, app.durable.client, invocation()),
  );
}

test.each([
  ["a publication", ""],
  ["a dry run", "&dryRun=true"],
])("HTTP answers the whole list to %s", async (_what, query) => {
  const app = createFakeFunctionApp();
  const { status, body } = await post(app, WRONG, query);
  expect(status).toBe(400);
  expect(body["problems"]).toEqual(ALL);
  expect(app.durable.started).toEqual([]);
});

test("the queue keeps the whole list in the failure ledger, where HTTP reads it", async () => {
  const app = createFakeFunctionApp();
  await publishFromQueue(app.dependencies)(WRONG, app.durable.client, invocation());
  const [row] = (await app.records.failures({})).rows;
  const id = row?.id ?? "";
  const { body } = readAnswer(
    await readFailure(app.dependencies)(httpRequest(`failures/${id}`, { params: { id } })),
  );
  expect(body["problems"]).toEqual(ALL);
  expect(body["rawMessage"]).toMatchObject({ body: WRONG });
});

test("a dry run answers everything that Azure has against the request", async () => {
  const { azure, dependencies } = createFakeAzure();
  azure.definition = {
    osType: "Windows",
    osState: "Specialized",
    hyperVGeneration: "V1",
    features: [],
  };
  azure.sets = [
    healthySet("WestUSDiskEncryptionSet1", "eastus", { provisioningState: "Failed" }),
    healthySet("WestUSDiskEncryptionSet2", "westus"),
    healthySet("EastUS2DiskEncryptionSet1", "eastus2", {
      encryptionType: "EncryptionAtRestWithPlatformAndCustomerKeys",
    }),
  ];
  const request = managedImageExample({ requestId: "nightly" });
  const app = createFakeFunctionApp();
  app.dependencies.dryRun = planPublication(dependencies);
  const { status, body } = await post(app, request, "&dryRun=true");
  expect(status).toBe(200);
  const { plan } = body as { plan: { kind: string; problems: Problem[] } };
  expect(plan.kind).toBe("impossible");
  expect(plan.problems.map(({ code, region }) => `${code} ${region ?? "-"}`)).toEqual([
    "OsTypeMismatch -",
    "OsStateMismatch -",
    "HyperVGenerationMismatch -",
    "DiskEncryptionSetInOtherRegion westus",
    "DiskEncryptionSetNotReady westus",
    "DiskEncryptionSetTypeMismatch eastus2",
    "DiskEncryptionSetNotFound eastus2",
  ]);
});
