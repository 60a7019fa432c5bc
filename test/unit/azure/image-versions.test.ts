import { createImageVersions } from "../../../src/azure/image-versions";
import {
  createBody,
  extendBody,
  marked,
  toArmJson,
} from "../../../src/domain/plan/image-version-body";
import { createFakeArm, type Answer, type SentRequest } from "../../support/fake-arm";
import { targetRegion } from "../../support/fake-version";
import { accepted, computeId, managedImageExample, setId } from "../../support/request-factory";

const request = accepted(
  managedImageExample({ endOfLifeDate: "2027-12-01", tags: { team: "images" } }),
);
const VERSION = computeId("galleries/MyGallery/images/MyImage/versions", "1.0.0");
const MARK = { runId: "run-1", fingerprint: "f00", write: 1 };

function versions(answer: (request: SentRequest) => Answer) {
  const arm = createFakeArm(answer);
  return { ...createImageVersions(arm.clients, "https://arm.test"), sent: arm.sent };
}

/** A version as the service returns it: display names, read-only noise, everything writable set. */
const stored = {
  id: VERSION,
  name: "1.0.0",
  type: "Microsoft.Compute/galleries/images/versions",
  location: "westus",
  tags: { team: "images" },
  properties: {
    provisioningState: "Succeeded",
    publishingProfile: {
      publishedDate: "2026-11-01T00:00:00.0000000+00:00",
      endOfLifeDate: "2027-12-01T00:00:00+00:00",
      replicaCount: 2,
      excludeFromLatest: true,
      replicationMode: "Full",
      storageAccountType: "Standard_LRS",
      targetRegions: [
        {
          name: "West US",
          regionalReplicaCount: 2,
          storageAccountType: "Standard_LRS",
          excludeFromLatest: true,
          additionalReplicaSets: [{ storageAccountType: "Premium_LRS", regionalReplicaCount: 1 }],
          encryption: {
            osDiskImage: { diskEncryptionSetId: setId("West"), securityProfile: {} },
            dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId("WestData") }],
          },
        },
      ],
      targetExtendedLocations: [
        {
          name: "losangeles",
          extendedLocation: { name: "microsoftlosangeles1", type: "EdgeZone" },
          extendedLocationReplicaCount: 1,
          storageAccountType: "Premium_LRS",
        },
      ],
    },
    storageProfile: {
      source: { id: computeId("images", "myImage") },
      osDiskImage: { sizeInGB: 30, hostCaching: "ReadWrite", source: {} },
      dataDiskImages: [{ lun: 0, sizeInGB: 4, hostCaching: "None", source: {} }],
    },
    safetyProfile: {
      reportedForPolicyViolation: false,
      policyViolations: [],
      allowDeletionOfReplicatedLocations: false,
      blockDeletionBeforeEndOfLife: false,
    },
    securityProfile: { uefiSettings: { signatureTemplateNames: ["MicrosoftUefiTemplate"] } },
    replicationStatus: {
      aggregatedState: "InProgress",
      summary: [{ region: "West US", state: "Replicating", details: "", progress: 42 }],
    },
  },
};

test("a write is exactly one PUT with the body as planned, and gives the operation's URL", async () => {
  const url = "https://arm.test/operations/1?signed=yes";
  const azure = versions(() => ({
    status: 201,
    body: stored,
    headers: { "azure-asyncoperation": url },
  }));
  const body = marked(createBody(request, [targetRegion("westus"), targetRegion("eastus2")]), MARK);
  expect(await azure.put(request.image, body)).toEqual({ operationUrl: url });
  expect(azure.sent).toHaveLength(1);
  expect(azure.sent[0]).toMatchObject({ method: "PUT" });
  expect(azure.sent[0]?.url.pathname).toBe(VERSION);
  const planned = toArmJson(body);
  expect(azure.sent[0]?.body).toEqual(planned);
});

test("a refused write isn't sent again, and keeps Azure's words", async () => {
  const azure = versions(() => ({
    status: 503,
    body: { error: { code: "ServerBusy", message: "later" } },
  }));
  const body = marked(createBody(request, [targetRegion("westus")]), MARK);
  await expect(azure.put(request.image, body)).rejects.toMatchObject({
    fault: { code: "ServerBusy", message: "later", advice: "transient" },
  });
  expect(azure.sent).toHaveLength(1);
});

test("a version is read by one GET with its replication status", async () => {
  const azure = versions(() => ({ status: 200, body: stored }));
  const version = await azure.get(request.image);
  expect(azure.sent.map(({ method, url }) => [method, url.searchParams.get("$expand")])).toEqual([
    ["GET", "ReplicationStatus"],
  ]);
  expect(version).toMatchObject({
    id: VERSION,
    provisioningState: "Succeeded",
    summary: [{ region: "West US", state: "Replicating", progress: 42, details: "" }],
  });
});

test("everything writable that GET returned is in the next PUT, and none of the noise", async () => {
  const azure = versions(() => ({
    status: 200,
    body: stored,
  }));
  const version = await azure.get(request.image);
  if (version === undefined) throw new Error("the version wasn't read");
  const added = targetRegion("eastus2");
  await azure.put(request.image, marked(extendBody(version.body, [added]), MARK));
  const [west] = stored.properties.publishingProfile.targetRegions;
  const { publishedDate: _published, ...profile } = stored.properties.publishingProfile;
  expect(azure.sent[1]?.body).toMatchObject({
    location: "westus",
    tags: { team: "images", "gallery-publisher-run": "run-1" },
    properties: {
      publishingProfile: {
        ...profile,
        endOfLifeDate: "2027-12-01T00:00:00.000Z",
        targetRegions: [
          {
            ...west,
            encryption: {
              osDiskImage: { diskEncryptionSetId: setId("West") },
              dataDiskImages: [{ lun: 0, diskEncryptionSetId: setId("WestData") }],
            },
          },
          { ...added, excludeFromLatest: true },
        ],
      },
      storageProfile: {
        source: { id: computeId("images", "myImage") },
        osDiskImage: { hostCaching: "ReadWrite" },
        dataDiskImages: [{ lun: 0, hostCaching: "None" }],
      },
      safetyProfile: {
        allowDeletionOfReplicatedLocations: false,
        blockDeletionBeforeEndOfLife: false,
      },
      securityProfile: { uefiSettings: { signatureTemplateNames: ["MicrosoftUefiTemplate"] } },
    },
  });
  const text = JSON.stringify(azure.sent[1]?.body);
  for (const noise of ["sizeInGB", "publishedDate", "replicationStatus", "provisioningState"])
    expect(text).not.toContain(noise);
  expect(text).not.toContain('"securityProfile":{}');
});

test.each([
  ["those that it shows", { osDiskImage: { sizeInGB: 30 }, dataDiskImages: [{ lun: 9 }] }, [9]],
  ["none, where it shows an OS disk's size alone", { osDiskImage: { sizeInGB: 30 } }, []],
  ["not known before a first region is there", { osDiskImage: { source: {} } }, undefined],
])("data disks of a version are %s", async (_name, storageProfile, luns) => {
  const properties = { ...stored.properties, storageProfile };
  const azure = versions(() => ({ status: 200, body: { ...stored, properties } }));
  expect((await azure.get(request.image))?.dataLuns).toEqual(luns);
});

test("a version that isn't there is undefined, another refusal is a fault", async () => {
  const gone = versions(() => ({ status: 404, body: { error: { code: "NotFound" } } }));
  expect(await gone.get(request.image)).toBeUndefined();
  const forbidden = versions(() => ({ status: 403, body: { error: { code: "Forbidden" } } }));
  await expect(forbidden.get(request.image)).rejects.toMatchObject({
    fault: { code: "Forbidden", advice: "operator" },
  });
});

test("an operation is never read on another host: the token would go with it", async () => {
  const azure = versions(() => ({ status: 200 }));
  await expect(azure.readOperation(request.image, "https://evil.test/op")).rejects.toThrow(
    "isn't on arm.test",
  );
  expect(azure.sent).toEqual([]);
});

test("the versions of a definition are listed with whether they are encrypted; without a definition there are none", async () => {
  const version = (name: string, encryption?: object) => ({
    name,
    location: "westus",
    properties: { publishingProfile: { targetRegions: [{ name: "West US", encryption }] } },
  });
  const there = versions(() => ({
    status: 200,
    body: {
      value: [
        version("1.0.0"),
        version("1.1.0", { osDiskImage: { securityProfile: {} } }),
        version("1.2.0", { osDiskImage: { diskEncryptionSetId: setId("a") } }),
      ],
    },
  }));
  expect(await there.list(request.image)).toEqual([
    { name: "1.0.0", encrypted: false },
    { name: "1.1.0", encrypted: false },
    { name: "1.2.0", encrypted: true },
  ]);
  expect(there.sent).toHaveLength(1);
  const gone = versions(() => ({
    status: 404,
    body: { error: { code: "ResourceNotFound", message: "no" } },
  }));
  expect(await gone.list(request.image)).toEqual([]);
});
