import type { GalleryImageVersion } from "@azure/arm-compute";
import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import {
  DEFINITION,
  des,
  image,
  region,
  SUBSCRIPTION,
  testWorld,
  versionBody,
} from "./support/worlds";

const PLACE = ["myResourceGroup", "MyGallery", "MyImage"] as const;
const POLL = { updateIntervalInMs: 2 };

/** A body in the SDK's model. */
const sdkBody: GalleryImageVersion = {
  location: "westus",
  publishingProfile: { targetRegions: [region("westus"), region("eastus2")] },
  storageProfile: { source: { id: image("myImage") } },
};

describe("publishing an image version", () => {
  let arm: ArmFixture;
  beforeAll(async () => {
    arm = await startArm({ world: testWorld() });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });

  /** Creates a version and lets every region complete. */
  async function published(version: string, regions = [region("westus"), region("eastus2")]) {
    const path = `${DEFINITION}/versions/${version}`;
    const created = await arm.call("PUT", path, versionBody(regions));
    expect(created.status).toBe(201);
    await arm.pass(1000);
    return path;
  }
  const regionNames = (body: GalleryImageVersion): (string | undefined)[] =>
    (body.publishingProfile?.targetRegions ?? []).map(({ name }) => name);

  it("is created, replicates over time, and is read back by the real SDK", async () => {
    const client = arm.client();
    const poller = client.galleryImageVersions.createOrUpdate(...PLACE, "1.0.0", sdkBody, POLL);
    await poller.submitted();
    const progress: number[] = [];
    for (let step = 0; step < 6; step++) {
      const read = await client.galleryImageVersions.get(...PLACE, "1.0.0", {
        expand: "ReplicationStatus",
      });
      progress.push(read.replicationStatus?.summary?.[0]?.progress ?? -1);
      if (step === 0) {
        expect(read.provisioningState).toBe("Creating");
        expect(read.replicationStatus?.aggregatedState).toBe("Unknown");
        expect(read.storageProfile?.dataDiskImages).toBeUndefined();
      }
      if (step === 2) expect(read.replicationStatus?.aggregatedState).toBe("InProgress");
      await arm.pass(120);
    }
    expect(progress).toEqual([0, 28, 57, 85, 100, 100]);

    const done = await poller.pollUntilDone();
    expect(done.provisioningState).toBe("Succeeded");
    expect(done.storageProfile?.osDiskImage?.sizeInGB).toBe(30);
    expect(done.storageProfile?.dataDiskImages).toEqual([
      expect.objectContaining({ lun: 0, sizeInGB: 10 }),
    ]);
    expect(regionNames(done)).toEqual(["West US", "East US 2"]);
    const read = await client.galleryImageVersions.get(...PLACE, "1.0.0", {
      expand: "ReplicationStatus",
    });
    expect(read.replicationStatus).toEqual({
      aggregatedState: "Completed",
      summary: [
        { region: "westus", state: "Completed", details: "", progress: 100 },
        { region: "eastus2", state: "Completed", details: "", progress: 100 },
      ],
    });
  });

  it("takes the body of the Azure CLI and fills in what it leaves out", async () => {
    const encryption = region("westus").encryption ?? {};
    const created = await arm.call(
      "PUT",
      `${DEFINITION.toUpperCase().replace("MYIMAGE", "MyImage")}/versions/2.0.0?api-version=2022-03-03`,
      {
        location: "westus",
        tags: {},
        properties: {
          publishingProfile: {
            targetRegions: [
              {
                name: "westus",
                regionalReplicaCount: 2,
                storageAccountType: "standard_lrs",
                encryption,
              },
              {
                name: "eastus2",
                encryption: region("eastus2").encryption,
                excludeFromLatest: null,
              },
            ],
          },
          storageProfile: { source: { id: image("myImage") } },
        },
      },
    );
    expect(created.status).toBe(201);
    expect(created.headers["location"]).toBeUndefined();
    expect(created.headers["retry-after"]).toBeUndefined();
    expect(created.headers["azure-asyncoperation"]).toMatch(
      new RegExp(
        `^${arm.server.url}/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Compute/locations/westus/capsOperations/[0-9a-f-]{36}\\?`,
      ),
    );
    const { publishingProfile, safetyProfile, provisioningState } = created.body.properties;
    expect(provisioningState).toBe("Creating");
    expect(publishingProfile).toMatchObject({
      replicaCount: 1,
      storageAccountType: "Standard_LRS",
    });
    expect(publishingProfile.targetRegions).toEqual([
      {
        name: "West US",
        regionalReplicaCount: 2,
        storageAccountType: "Standard_LRS",
        excludeFromLatest: false,
        encryption: {
          osDiskImage: { diskEncryptionSetId: des("westus-os"), securityProfile: {} },
          dataDiskImages: [{ lun: 0, diskEncryptionSetId: des("westus-data") }],
        },
      },
      expect.objectContaining({
        name: "East US 2",
        regionalReplicaCount: 1,
        storageAccountType: "Standard_LRS",
      }),
    ]);
    expect(safetyProfile.allowDeletionOfReplicatedLocations).toBe(false);
  });

  it("reports the operation at its URL whatever api-version the poll has", async () => {
    const path = `${DEFINITION}/versions/3.0.0`;
    const created = await arm.call("PUT", path, versionBody([region("westus")]));
    const url = String(created.headers["azure-asyncoperation"]);
    const running = await arm.call(
      "GET",
      url.replace(/api-version=[^&]*/, "api-version=1999-01-01"),
    );
    expect(running.body).toEqual({
      startTime: expect.any(String),
      status: "InProgress",
      name: expect.any(String),
    });
    await arm.pass(1000);
    expect((await arm.call("GET", url)).body).toMatchObject({
      status: "Succeeded",
      endTime: expect.any(String),
    });
  });

  it("adds a region by an update and copies only that one", async () => {
    const path = await published("4.0.0", [region("westus")]);
    const updated = await arm.call(
      "PUT",
      path,
      versionBody([region("West US"), region("eastus2")]),
    );
    expect(updated.status).toBe(200);
    expect(updated.body.properties.provisioningState).toBe("Updating");
    expect(updated.headers["location"]).toBeUndefined();
    await arm.pass(200);
    const read = await arm.call("GET", `${path}?$EXPAND=replicationStatus&api-version=2025-03-03`);
    expect(read.body.properties.replicationStatus).toMatchObject({
      aggregatedState: "InProgress",
      summary: [
        { region: "westus", state: "Completed" },
        { region: "eastus2", state: "Replicating" },
      ],
    });
  });

  it("takes the same PUT again as an update that changes nothing", async () => {
    const path = await published("4.1.0");
    const before = await arm.call("GET", path);
    const again = await arm.call("PUT", path, versionBody([region("westus"), region("eastus2")]));
    expect(again.status).toBe(200);
    await arm.pass(1000);
    expect((await arm.call("GET", path)).body).toEqual(before.body);
  });

  it("removes a region that is left out only when the safety profile allows it", async () => {
    const path = await published("5.0.0");
    const without = [region("westus")];
    const refused = await arm.call("PUT", path, versionBody(without));
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain("East US 2");
    const safetyProfile = { allowDeletionOfReplicatedLocations: true };
    const allowed = await arm.call("PUT", path, versionBody(without, { safetyProfile }));
    expect(allowed.status).toBe(200);
    await arm.pass(1000);
    const read = await arm.call("GET", `${path}?$expand=ReplicationStatus&api-version=2025-03-03`);
    expect(read.body.properties.publishingProfile.targetRegions).toHaveLength(1);
    expect(read.body.properties.replicationStatus.summary).toHaveLength(1);
  });

  it("keeps what a PATCH doesn't name, and treats its targetRegions as the full set", async () => {
    await published("6.0.0");
    const client = arm.client();
    const update = (change: Parameters<typeof client.galleryImageVersions.update>[4]) => {
      const poller = client.galleryImageVersions.update(...PLACE, "6.0.0", change, POLL);
      return poller
        .submitted()
        .then(() => arm.pass(1000))
        .then(() => poller.pollUntilDone());
    };
    const tagged = await update({ tags: { owner: "us" } });
    expect(tagged.tags).toEqual({ owner: "us" });
    expect(regionNames(tagged)).toEqual(["West US", "East US 2"]);
    await expect(
      update({ publishingProfile: { targetRegions: [region("westus")] } }),
    ).rejects.toMatchObject({ statusCode: 400 });
    const reduced = await update({
      publishingProfile: { targetRegions: [region("westus")] },
      safetyProfile: { allowDeletionOfReplicatedLocations: true },
    });
    expect(regionNames(reduced)).toEqual(["West US"]);
    expect(reduced.tags).toEqual({ owner: "us" });
  });

  it("keeps the encryption of a region whose update leaves it out, and refuses a new region without it", async () => {
    const path = await published("7.0.0", [region("westus")]);
    const updated = await arm.call("PUT", path, versionBody([{ name: "westus" }]));
    expect(updated.status).toBe(200);
    const [kept] = updated.body.properties.publishingProfile.targetRegions;
    expect(kept.encryption).toMatchObject(region("westus").encryption ?? {});
    await arm.pass(1000);
    const beside = versionBody([{ name: "westus" }, { name: "eastus2" }]);
    const refused = await arm.call("PUT", path, beside);
    expect(refused.body.error.message).toContain("A disk encryption set is required for disk");
  });

  it("is deleted by an operation with both headers, and a second delete finds nothing", async () => {
    await published("8.0.0");
    const path = `${DEFINITION}/versions/8.0.0`;
    const deleted = await arm.call("DELETE", path);
    expect(deleted.status).toBe(202);
    expect(deleted.headers["location"]).toBe(
      `${deleted.headers["azure-asyncoperation"] as string}&monitor=true`,
    );
    expect((await arm.call("GET", path)).body.properties.provisioningState).toBe("Deleting");
    await arm.pass(200);
    expect((await arm.call("GET", path)).body.error.code).toBe("ResourceNotFound");
    expect((await arm.call("DELETE", path)).status).toBe(204);
  });
});

describe("other resources", () => {
  let arm: ArmFixture;
  beforeAll(async () => {
    arm = await startArm({ world: testWorld() });
  });
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });

  it("lists page by page, in the resource group and in the subscription", async () => {
    const client = arm.client();
    const names: string[] = [];
    for await (const set of client.diskEncryptionSets.listByResourceGroup("MYRESOURCEGROUP"))
      names.push(set.name ?? "");
    expect(names).toHaveLength(7);
    let pages = 0;
    for await (const page of client.diskEncryptionSets.list().byPage()) {
      pages++;
      expect(page.length).toBeLessThanOrEqual(3);
    }
    expect(pages).toBe(3);
    const first = await arm.call("GET", `${COMPUTE_SETS}`);
    expect(first.body.nextLink).toMatch(new RegExp(`^${arm.server.url}/`));
  });

  it("creates galleries, definitions and disk encryption sets through the SDK", async () => {
    const client = arm.client();
    const [group] = PLACE;
    const wait = async <T>(poller: { submitted(): Promise<void>; pollUntilDone(): Promise<T> }) => {
      await poller.submitted();
      await arm.pass(60);
      return await poller.pollUntilDone();
    };
    const gallery = await wait(
      client.galleries.createOrUpdate(group, "Second", { location: "eastus" }, POLL),
    );
    expect(gallery.provisioningState).toBe("Succeeded");
    const definition = await wait(
      client.galleryImages.createOrUpdate(
        group,
        "Second",
        "Image",
        {
          location: "eastus",
          osType: "Linux",
          osState: "Generalized",
          identifier: { publisher: "p", offer: "o", sku: "s" },
        },
        POLL,
      ),
    );
    expect(definition.id).toContain("/galleries/Second/images/Image");
    const set = await wait(
      client.diskEncryptionSets.createOrUpdate(
        group,
        "fresh",
        {
          location: "East US",
          identity: { type: "SystemAssigned" },
          activeKey: { keyUrl: "https://vault.vault.azure.net/keys/k/1" },
        },
        POLL,
      ),
    );
    expect(set).toMatchObject({
      location: "eastus",
      encryptionType: "EncryptionAtRestWithCustomerKey",
    });
    const nonempty = client.galleries.delete(group, "Second", POLL);
    await expect(nonempty.pollUntilDone()).rejects.toMatchObject({ code: "CannotDeleteResource" });
    await wait(client.galleryImages.delete(group, "Second", "Image", POLL));
    await wait(client.galleries.delete(group, "Second", POLL));
    await expect(client.galleries.get(group, "Second")).rejects.toMatchObject({ statusCode: 404 });
  });

  it("answers a disk encryption set's PUT 202, never 201, and gives the result to the poll", async () => {
    const created = await arm.call("PUT", des("other"), {
      location: "westus",
      identity: { type: "SystemAssigned" },
      properties: { activeKey: { keyUrl: "https://vault.vault.azure.net/keys/k/1" } },
    });
    expect(created.status).toBe(202);
    expect(String(created.headers["location"])).toContain("/DiskOperations/");
    expect((await arm.call("GET", String(created.headers["location"]))).status).toBe(202);
    await arm.pass(60);
    const polled = await arm.call("GET", String(created.headers["azure-asyncoperation"]));
    expect(polled.body.properties.output.name).toBe("other");
    const located = await arm.call("GET", String(created.headers["location"]));
    expect(located.body.properties.provisioningState).toBe("Succeeded");
  });

  it("tells what is missing: subscription, group, parent, resource, type", async () => {
    const elsewhere = "33333333-3333-3333-3333-333333333333";
    const codes = async (path: string) => {
      const { status, body } = await arm.call("GET", path);
      return [status, body.error.code];
    };
    expect(await codes(`/subscriptions/${elsewhere}/resourceGroups/x`)).toEqual([
      404,
      "SubscriptionNotFound",
    ]);
    expect(await codes(`/subscriptions/${SUBSCRIPTION}/resourceGroups/x`)).toEqual([
      404,
      "ResourceGroupNotFound",
    ]);
    expect(await codes(`${DEFINITION}x/versions/1.0.0`)).toEqual([404, "ParentResourceNotFound"]);
    expect(await codes(`${DEFINITION}/versions/1.0.0`)).toEqual([404, "ResourceNotFound"]);
    expect(
      await codes(`${COMPUTE_SETS.replace("diskEncryptionSets", "dedicatedHosts")}/x`),
    ).toEqual([404, "InvalidResourceType"]);
  });
});

const COMPUTE_SETS = des("").slice(0, -1);
