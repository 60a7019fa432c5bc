import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, image, OTHER_SUBSCRIPTION, region } from "./support/worlds";
import { SUBSCRIPTION, testWorld, versionBody } from "./support/worlds";

const SUB = `/subscriptions/${SUBSCRIPTION}`;
const GROUP = `${SUB}/resourceGroups/myResourceGroup`;
const WORLD = testWorld(`
regions:
  - { name: North Europe, access: gated }
  - { name: westus2, storageTypes: [Standard_LRS] }
keyVaults:
  - name: MyVault
    resourceGroup: myResourceGroup
    subscription: "${SUBSCRIPTION}"
    location: westus
    keys: [{ name: myKey }, { name: oldKey, enabled: false, expires: "2030-01-02T00:00:00Z" }]
`);

let arm: ArmFixture;
beforeAll(async () => (arm = await startArm({ world: WORLD })));
afterAll(async () => {
  await arm.stop();
  discard(arm);
});
const get = async (path: string) => (await arm.call("GET", path)).body;
const namesOf = (body: { value: { name: string }[] }): string[] =>
  body.value.map(({ name }) => name);

describe("what the platform tells of itself", () => {
  it.each(["2015-01-01", "1.0"])(
    "endpoints, to whoever has no token, as one object (%s)",
    async (version) => {
      const path = `/metadata/endpoints?api-version=${version}`;
      const { status, body } = await arm.call("GET", path, undefined, {});
      expect(status).toBe(200);
      expect(body).toEqual({
        galleryEndpoint: arm.server.url,
        graphEndpoint: arm.server.url,
        portalEndpoint: arm.server.url,
        authentication: {
          loginEndpoint: "https://login.microsoftonline.com/adfs",
          audiences: ["https://management.core.windows.net/", "https://management.azure.com/"],
        },
      });
    },
  );

  it("endpoints as a list of clouds, since 2019-05-01", async () => {
    const { body } = await arm.call("GET", "/metadata/endpoints?api-version=2022-09-01", "", {});
    expect(body).toMatchObject([{ resourceManager: arm.server.url, authentication: {} }]);
  });

  it("tenants, subscriptions and locations", async () => {
    expect((await get("/tenants")).value).toMatchObject([
      { tenantId: "11111111-1111-1111-1111-111111111111" },
    ]);
    expect((await get("/subscriptions")).value).toHaveLength(2);
    expect(await get(`/SUBSCRIPTIONS/${SUBSCRIPTION}`)).toMatchObject({ state: "Enabled" });
    const { value } = await get(`${SUB}/locations`);
    expect(value).toContainEqual(
      expect.objectContaining({ name: "eastus2", displayName: "East US 2" }),
    );
  });

  it("providers with the types that are served", async () => {
    const all = await get(`${SUB}/providers`);
    expect(all.value.map((one: { namespace: string }) => one.namespace)).toEqual([
      "Microsoft.Authorization",
      "Microsoft.Compute",
      "Microsoft.KeyVault",
      "Microsoft.Storage",
      "Microsoft.VirtualMachineImages",
    ]);
    const compute = await get(`${SUB}/providers/microsoft.compute`);
    expect(compute).toMatchObject({ registrationState: "Registered" });
    expect(
      compute.resourceTypes.map((one: { resourceType: string }) => one.resourceType),
    ).toContain("galleries/images/versions");
    expect((await get(`${SUB}/providers/Microsoft.Web`)).error.code).toBe(
      "InvalidResourceNamespace",
    );
  });
});

describe("resource groups", () => {
  it.each([
    ["resourceGroups", 204],
    ["resourcegroups", 204],
    ["RESOURCEGROUPS", 204],
  ])("exist by %s", async (word, status) => {
    const answer = await arm.call("HEAD", `${SUB}/${word}/MYRESOURCEGROUP`);
    expect(answer).toMatchObject({ status, body: undefined });
  });

  it("that aren't there are answered 404, to HEAD without a body", async () => {
    expect(await arm.call("HEAD", `${SUB}/resourceGroups/none`)).toMatchObject({
      status: 404,
      body: undefined,
    });
    expect((await get(`${SUB}/resourceGroups/none`)).error.code).toBe("ResourceGroupNotFound");
  });

  it("are made with a location, which comes back, and change their tags", async () => {
    const path = `${SUB}/resourcegroups/new`;
    const made = await arm.call("PUT", path, { location: "West Europe" });
    expect(made).toMatchObject({ status: 201, body: { location: "westeurope", name: "new" } });
    const patched = await arm.call("PATCH", path, { tags: { a: "b" } });
    expect(patched.body).toMatchObject({ location: "westeurope", tags: { a: "b" } });
    expect(namesOf(await get(`${SUB.toUpperCase()}/resourceGroups`))).toEqual([
      "myResourceGroup",
      "new",
    ]);
    expect(namesOf(await get(`/subscriptions/${OTHER_SUBSCRIPTION}/resourceGroups`))).toEqual([
      "myResourceGroup",
    ]);
    expect((await arm.call("DELETE", path)).status).toBe(200);
  });
});

describe("resources of any type", () => {
  it("are listed page by page, with a filter that goes along", async () => {
    const filter = encodeURIComponent(
      "resourceGroup eq 'MYRESOURCEGROUP' and resourceType eq 'microsoft.compute/diskencryptionsets'",
    );
    let next: string | undefined = `${SUB}/resources?$filter=${filter}&api-version=2021-04-01`;
    const seen: string[] = [];
    while (next !== undefined) {
      const { value, nextLink }: { value: { name: string; type: string }[]; nextLink?: string } = (
        await arm.call("GET", next)
      ).body;
      expect(value.length).toBeLessThanOrEqual(3);
      expect(new Set(value.map(({ type }) => type))).toEqual(
        new Set(["Microsoft.Compute/diskEncryptionSets"]),
      );
      seen.push(...value.map(({ name }) => name));
      next = nextLink;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });

  it("have all names of their path, and no properties", async () => {
    const filter = encodeURIComponent("name eq 'MyGallery/MyImage'");
    const { value } = await get(`${SUB}/resources?$filter=${filter}&api-version=2021-04-01`);
    expect(value).toEqual([
      {
        id: DEFINITION,
        name: "MyGallery/MyImage",
        type: "Microsoft.Compute/galleries/images",
        location: "westus",
      },
    ]);
    const unknown = `${SUB}/resources?$filter=${encodeURIComponent("tagName eq 'x'")}&api-version=2021-04-01`;
    expect((await get(unknown)).error.code).toBe("InvalidFilterInQueryString");
  });

  it("tell when they were made, and their state, to who asks for it", async () => {
    const body = {
      location: "westus",
      properties: { storageProfile: { osDisk: { osType: "Linux", osState: "Generalized" } } },
    };
    const put = async (name: string): Promise<void> => {
      const path = `${COMPUTE}/images/${name}?api-version=2025-04-01`;
      expect([200, 201]).toContain((await arm.call("PUT", path, body)).status);
    };
    const ages = async (): Promise<Record<string, string>> => {
      const filter = encodeURIComponent("resourceType eq 'Microsoft.Compute/images'");
      const { value } = await get(
        `${GROUP}/resources?$filter=${filter}&$expand=createdTime,provisioningState&api-version=2021-04-01`,
      );
      type Image = { name: string; createdTime: string; provisioningState: string };
      return Object.fromEntries(
        (value as Image[]).map((one) => [one.name, `${one.createdTime} ${one.provisioningState}`]),
      );
    };
    await put("aged-1");
    await arm.pass(60);
    await put("aged-2");
    const first = await ages();
    expect(first["aged-1"]).toMatch(/^\d{4}-.*Z (Creating|Succeeded)$/);
    expect((first["aged-1"] ?? "") < (first["aged-2"] ?? "")).toBe(true);
    await arm.pass(86_400);
    await put("aged-1");
    const time = (text = ""): string | undefined => text.split(" ")[0];
    expect(time((await ages())["aged-1"])).toBe(time(first["aged-1"]));
    const unknown = `${GROUP}/resources?$expand=changedTime&api-version=2021-04-01`;
    expect((await get(unknown)).error.code).toBe("InvalidExpandInQueryString");
  });

  it("a path with an empty part, as Azure CLI writes it, names the same resource", async () => {
    const gallery = await get(`${GROUP}/providers/Microsoft.Compute//galleries/MyGallery`);
    expect(gallery).toMatchObject({ id: `${COMPUTE}/galleries/MyGallery`, name: "MyGallery" });
  });

  it("groups are listed by tag, and at most as many as are wanted", async () => {
    for (const [name, tags] of Object.entries({ t1: { a: "b" }, t2: { A: "c" }, t3: {} }))
      await arm.call("PUT", `${SUB}/resourceGroups/${name}`, { location: "westus", tags });
    const list = (query: string) => get(`${SUB}/resourcegroups?api-version=2021-04-01&${query}`);
    const filtered = (filter: string) => list(`$filter=${encodeURIComponent(filter)}`);
    expect(namesOf(await filtered("tagname eq 'a'"))).toEqual(["t1", "t2"]);
    expect(namesOf(await filtered("tagName eq 'a' and tagValue eq 'b'"))).toEqual(["t1"]);
    expect((await filtered("name eq 't1'")).error.code).toBe("InvalidFilterInQueryString");
    expect((await list("$top=2")).value).toHaveLength(2);
    expect((await list("$top=two")).error.code).toBe("InvalidTopInQueryString");
    for (const name of ["t1", "t2", "t3"])
      await arm.call("DELETE", `${SUB}/resourceGroups/${name}`);
  });

  it.each([
    ["HEAD", image("myImage"), 204],
    ["HEAD", image("none"), 404],
    ["POST", image("myImage"), 405],
    ["PUT", `${GROUP}/resources`, 405],
    ["OPTIONS", GROUP, 405],
    ["HEAD", `${COMPUTE}/images`, 405],
    ["DELETE", SUB, 405],
    ["GET", "/nowhere", 404],
    ["GET", `${SUB}/nowhere`, 404],
    ["GET", `${GROUP}/providers/Microsoft.Compute/cloudServices/c`, 404],
  ])("%s %s is answered %d", async (method, path, status) => {
    expect((await arm.call(method, path)).status).toBe(status);
  });

  it("a gallery has a unique name that nobody gives, also after an update", async () => {
    const gallery = { location: "westus", properties: { identifier: { uniqueName: "mine" } } };
    const { body } = await arm.call("PUT", `${COMPUTE}/galleries/Another`, gallery);
    expect(body.properties.identifier).toEqual({ uniqueName: `${SUBSCRIPTION}-ANOTHER` });
  });
});

describe("regions", () => {
  const skusOf = async (name: string) => {
    const found = [];
    for await (const sku of arm.client().resourceSkus.list({ filter: `location eq '${name}'` }))
      if (sku.resourceType === "snapshots") found.push(sku);
    return found;
  };

  it("tell their zones and storage to the SDK", async () => {
    const [westus, eastus2, westus2] = await Promise.all(
      ["westus", "eastus2", "westus2"].map(skusOf),
    );
    const types = (skus: typeof westus) => skus?.map(({ name }) => name);
    expect(types(westus)).toEqual(["Standard_LRS", "Premium_LRS", "PremiumV2_LRS"]);
    expect(types(eastus2)).toContain("Standard_ZRS");
    expect(eastus2?.[0]?.locationInfo).toMatchObject([
      { location: "eastus2", zones: ["1", "2", "3"] },
    ]);
    expect(types(westus2)).toEqual(["Standard_LRS"]);
    expect(westus?.[0]?.restrictions).toEqual([]);
  });

  it("that are gated are told, and a version in one is refused", async () => {
    const [sku] = await skusOf("North Europe");
    expect(sku?.restrictions).toMatchObject([
      { type: "Location", values: ["northeurope"], reasonCode: "NotAvailableForSubscription" },
    ]);
    const path = `${DEFINITION}/versions/1.0.0`;
    const refused = await arm.call(
      "PUT",
      path,
      versionBody([region("westus"), region("northeurope")]),
    );
    expect(refused).toMatchObject({
      status: 400,
      body: {
        error: { code: "InvalidParameter", message: expect.stringContaining("North Europe") },
      },
    });
    const open = versionBody([region("westus"), region("eastus2")]);
    expect((await arm.call("PUT", path, open)).status).toBe(201);
  });

  it("without the storage that a version wants refuse it", async () => {
    const path = `${DEFINITION}/versions/2.0.0`;
    const zoned = (name: string) =>
      versionBody(
        [region("westus"), region(name, { storageAccountType: "Standard_ZRS" })].slice(
          name === "westus" ? 1 : 0,
        ),
      );
    const refused = await arm.call("PUT", path, zoned("westus"));
    expect(refused.body.error.message).toBe(
      "Storage account type 'Standard_ZRS' is not supported in region 'West US'",
    );
    expect((await arm.call("PUT", path, zoned("eastus2"))).status).toBe(201);
  });

  it("a filter of another form is refused by name", async () => {
    const skus = `${SUB}/providers/Microsoft.Compute/skus?api-version=2021-07-01`;
    expect((await get(`${skus}&$filter=${encodeURIComponent("name eq 'x'")}`)).error.target).toBe(
      "$filter",
    );
  });
});

describe("key vaults in the management plane", () => {
  const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/MyVault`;

  it("are read with their keys, whatever the case", async () => {
    expect(await get(VAULT.toLowerCase())).toMatchObject({
      name: "MyVault",
      properties: { vaultUri: "https://myvault.vault.azure.net/" },
    });
    // Beside those of the sets that name no key.
    const { value } = await get(
      `${SUB}/resources?$filter=name eq 'MyVault'&api-version=2021-04-01`,
    );
    expect(namesOf({ value })).toEqual(["MyVault"]);
    expect(namesOf(await get(`${VAULT}/keys`))).toEqual(["myKey", "oldKey"]);
    expect(await get(`${VAULT}/KEYS/OLDKEY`)).toMatchObject({
      id: `${VAULT}/keys/oldKey`,
      properties: {
        attributes: { enabled: false, exp: Date.UTC(2030, 0, 2) / 1000 },
        kty: "RSA",
        keyUri: "https://myvault.vault.azure.net/keys/oldkey",
      },
    });
  });

  it.each([
    ["a key that isn't there", `${VAULT}/keys/none`, "GET", 404],
    ["a vault that isn't there", `${VAULT}2/keys`, "GET", 404],
    ["making one", VAULT, "PUT", 405],
  ])("%s is answered so", async (_title, path, method, status) => {
    expect((await arm.call(method, path, method === "PUT" ? {} : undefined)).status).toBe(status);
  });
});
