import { discard, startArm, type ArmFixture } from "./support/arm-fixture";
import { COMPUTE, DEFINITION, region, SUBSCRIPTION, testWorld } from "./support/worlds";
import { versionBody } from "./support/worlds";

const POLICIES = `
policies:
  - { name: encrypted-versions, displayName: Image versions are encrypted, deny: { unencryptedVersions: true } }
  - { name: european-regions, scope: "${COMPUTE}/galleries/MyGallery", deny: { regionsOtherThan: [westus, "East US 2"] } }
  - { name: tagged-galleries, scope: "${COMPUTE}/galleries/Tagged", deny: { withoutTag: CostCenter } }
  - { name: kept-tags, scope: "${COMPUTE}/galleries/Kept", deny: { withoutTag: CostCenter } }
`;

describe("policies", () => {
  let arm: ArmFixture;
  let count = 0;
  beforeAll(async () => (arm = await startArm({ world: testWorld(POLICIES) })));
  afterAll(async () => {
    await arm.stop();
    discard(arm);
  });
  const nextPath = (): string => `${DEFINITION}/versions/1.${++count}.0`;
  const put = (path: string, body: unknown) => arm.call("PUT", path, body);

  it("a denial names the policy and what it found, and nothing is written", async () => {
    const path = nextPath();
    const refused = await put(path, versionBody([{ name: "westus" }]));
    const name = path.split("/").at(-1);
    expect(refused.status).toBe(403);
    const { error } = refused.body;
    expect(error).toMatchObject({
      code: "RequestDisallowedByPolicy",
      target: name,
      message: expect.stringMatching(/^Resource '1\.\d+\.0' was disallowed by policy\. Policy/),
    });
    const identifiers = /Policy identifiers: '(.*)'\.$/.exec(error.message)?.[1] ?? "";
    expect(JSON.parse(identifiers)).toMatchObject([
      { policyAssignment: { name: "Image versions are encrypted" } },
    ]);
    expect(error.additionalInfo).toMatchObject([
      {
        type: "PolicyViolation",
        info: {
          policyDefinitionEffect: "deny",
          policyAssignmentName: "encrypted-versions",
          policyAssignmentScope: `/subscriptions/${SUBSCRIPTION}`,
          evaluationDetails: { evaluatedExpressions: [{ result: "True", operator: "Exists" }] },
        },
      },
    ]);
    expect((await arm.call("GET", path)).status).toBe(404);
    expect((await put(path, versionBody([region("westus")]))).status).toBe(201);
  });

  it("the SDK shows the code, and an encrypted version passes", async () => {
    const create = (body: ReturnType<typeof versionBody>) =>
      arm
        .client()
        .galleryImageVersions.createOrUpdate(
          "myResourceGroup",
          "MyGallery",
          "MyImage",
          "2.0.0",
          body,
        );
    await expect(create(versionBody([{ name: "westus" }]))).rejects.toMatchObject({
      statusCode: 403,
      code: "RequestDisallowedByPolicy",
    });
    expect((await put(nextPath(), versionBody([region("westus")]))).status).toBe(201);
  });

  it("an update that leaves the encryption out is denied, though the service would keep it", async () => {
    const path = nextPath();
    expect((await put(path, versionBody([region("westus")]))).status).toBe(201);
    await arm.pass(1000);
    expect((await put(path, versionBody([{ name: "westus" }]))).status).toBe(403);
    expect((await put(path, versionBody([region("westus")]))).status).toBe(200);
    await arm.pass(1000);
    // A PATCH is judged by what the version will be.
    expect((await arm.call("PATCH", path, { tags: { a: "b" } })).status).toBe(200);
  });

  it("a region outside of the allowed ones is denied, however it is written", async () => {
    const regions = [region("West US"), region("northeurope")];
    const refused = await put(nextPath(), versionBody(regions));
    expect(refused.body.error.additionalInfo[0].info.evaluationDetails).toEqual({
      evaluatedExpressions: [
        expect.objectContaining({
          operator: "NotIn",
          expressionValue: "northeurope",
          targetValue: ["westus", "eastus2"],
        }),
      ],
    });
    const allowed = versionBody([region("West US"), region("EASTUS2")]);
    expect((await put(nextPath(), allowed)).status).toBe(201);
  });

  it("a missing tag is denied inside the policy's scope only", async () => {
    const gallery = (name: string, tags: Record<string, string>) =>
      put(`${COMPUTE}/galleries/${name}`, { location: "westus", tags });
    expect((await gallery("Tagged", {})).body.error.code).toBe("RequestDisallowedByPolicy");
    expect((await gallery("Tagged", { costcenter: "42" })).status).toBe(201);
    expect((await gallery("Tagged2", {})).status).toBe(201);
  });

  it("a PATCH is denied that would take the tag away, or leave a region unencrypted", async () => {
    const patch = (path: string, body: object) => arm.call("PATCH", path, body);
    const denied = { status: 403, body: { error: { code: "RequestDisallowedByPolicy" } } };
    const gallery = `${COMPUTE}/galleries/Kept`;
    await arm.call("PUT", gallery, { location: "westus", tags: { CostCenter: "1" } });
    const path = nextPath().replace("MyGallery", "Kept");
    const definition = path.split("/versions/")[0] ?? "";
    const identifier = { publisher: "a", offer: "b", sku: "c" };
    const linux = { osType: "Linux", osState: "Generalized", hyperVGeneration: "V2", identifier };
    const tags = { CostCenter: "1" };
    await arm.call("PUT", definition, { location: "westus", tags, properties: linux });
    expect((await put(path, { ...versionBody([region("westus")]), tags })).status).toBe(201);
    await arm.pass(1000);
    for (const one of [gallery, path]) {
      expect(await patch(one, { tags: { a: "b" } })).toMatchObject(denied);
      expect((await arm.call("GET", one)).body.tags).toEqual(tags);
      expect((await patch(one, { tags: { a: "b", costcenter: "2" } })).status).toBe(200);
      await arm.pass(1000);
      expect((await patch(one, { properties: {} })).status).toBe(200);
      await arm.pass(1000);
    }
    const publishingProfile = { targetRegions: [{ name: "westus" }] };
    expect(await patch(path, { properties: { publishingProfile } })).toMatchObject(denied);
  });
});
