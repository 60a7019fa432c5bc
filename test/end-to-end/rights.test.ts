import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { RunningStack, sample } from "./running-stack";

const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000";
const GROUP = `${SUBSCRIPTION}/resourceGroups/myResourceGroup`;
const VERSIONS = `${GROUP}/providers/Microsoft.Compute/galleries/MyGallery/images/MyImage/versions`;
const compute = (...actions: string[]): string[] =>
  actions.map((action) => `Microsoft.Compute/${action}`);

/** The least that the app needs for a managed image: no write on snapshots, and no `*`. */
const RIGHTS = [
  {
    scope: SUBSCRIPTION,
    actions: [
      ...compute(
        "galleries/read",
        "galleries/images/read",
        "galleries/images/versions/read",
        "images/read",
        "snapshots/read",
        "skus/read",
        "locations/capsOperations/read",
      ),
      "Microsoft.Authorization/permissions/read",
    ],
  },
  { scope: GROUP, actions: compute("galleries/images/versions/write", "diskEncryptionSets/read") },
];
const POLICY = {
  name: "one-region",
  displayName: "Only in the west",
  scope: `${VERSIONS}/1.0.2`,
  deny: { regionsOtherThan: ["westus"] },
};

interface World {
  identities: { managedIdentity?: string; rights: unknown }[];
  behaviour: Record<string, unknown>;
  resourceGroups: unknown[];
  diskEncryptionSets: unknown[];
}

/** Sets of somebody else, which the app may not read. */
const FOREIGN = { name: "foreignKeys", location: "westus" };

/** The sample world, where the app has these rights and polls need one. */
function world(): string {
  const parsed = parse(readFileSync("samples/world.yaml", "utf8")) as World;
  for (const identity of parsed.identities)
    if (identity.managedIdentity !== undefined) identity.rights = RIGHTS;
  parsed.behaviour["pollRights"] = "checked";
  parsed.resourceGroups.push(FOREIGN);
  parsed.diskEncryptionSets.push({
    name: "East",
    resourceGroup: FOREIGN.name,
    location: "eastus2",
  });
  return stringify({ ...parsed, policies: [POLICY] });
}

describe("an app that may do little", () => {
  const directory = mkdtempSync(join(tmpdir(), "rights-"));
  const stack = new RunningStack();
  beforeAll(async () => {
    const file = join(directory, "world.yaml");
    writeFileSync(file, world());
    await stack.start(["--speed", "300", "--world", file]);
  }, 40_000);
  afterAll(async () => {
    await stack.stop();
    rmSync(directory, { recursive: true });
  }, 20_000);

  const found = async (requestId: string) => {
    const { state, failureId } = await stack.ended(requestId);
    expect(state).toBe("rejected");
    return (await stack.http(`/api/failures/${failureId}`)).body;
  };

  it("publishes with the rights it needs, and says nothing of them", async () => {
    await stack.drop(sample("request.json", { version: "1.0.0", requestId: "enough" }));
    const enough = await stack.ended("enough");
    expect(enough.state).toBe("published");
    expect(enough.plan.remarks).toEqual([]);
  });

  it("is told before any write that it may not write the snapshots, as Azure demands", async () => {
    const names = { version: "1.0.1", requestId: "no-right-on-the-source" };
    await stack.drop(sample("request-snapshots.json", names));
    const { problems } = await found(names.requestId);
    expect(problems).toMatchObject([
      { path: "$.source.osSnapshot", code: "MissingPermission" },
      { path: "$.source.dataSnapshots[0].id", code: "MissingPermission" },
    ]);
    expect(problems[0].message).toMatch(
      /Microsoft\.Compute\/snapshots\/write on [^ ]*\/snapshots\/myOSSnapshot$/,
    );
    expect(stack.armCalls("PUT", "/versions/1.0.1")).toEqual([]);
  });

  it("is told before any write which disk encryption set it may not read", async () => {
    const names = { version: "1.0.3", requestId: "no-right-on-a-set" };
    const request = sample("request.json", names);
    request.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId = "foreignKeys/East";
    await stack.drop(request);
    const { problems } = await found(names.requestId);
    const action = "Microsoft.Compute/diskEncryptionSets/read";
    expect(problems).toEqual([
      expect.objectContaining({
        path: "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId",
        code: "MissingPermission",
        message: expect.stringContaining(
          `${action} on ${SUBSCRIPTION}/resourceGroups/foreignKeys/`,
        ),
      }),
      expect.objectContaining({
        path: "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId",
        code: "AuthorizationFailed",
        message: expect.stringContaining(`'${action}' over scope`),
      }),
    ]);
    expect(stack.armCalls("PUT", "/versions/1.0.3")).toEqual([]);
  });

  it("records what a policy denied, which nobody can ask for", async () => {
    const names = { version: "1.0.2", requestId: "denied-by-policy" };
    await stack.drop(sample("request.json", names));
    const { fault } = await found(names.requestId);
    expect(fault.code).toBe("RequestDisallowedByPolicy");
    expect(fault.message).toContain("Only in the west");
    expect(stack.armCalls("PUT", "/versions/1.0.2")).toMatchObject([{ status: 403 }]);
  });
});
