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

/** The least that the app needs for a managed image: nothing on snapshots, and no `*`. */
const RIGHTS = [
  {
    scope: SUBSCRIPTION,
    actions: compute(
      "galleries/images/read",
      "galleries/images/versions/read",
      "diskEncryptionSets/read",
      "images/read",
      "snapshots/read",
      "locations/capsOperations/read",
    ),
  },
  { scope: GROUP, actions: compute("galleries/images/versions/write") },
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
  policies?: unknown[];
}

/** The sample world, where the app has these rights and polls need one. */
function world(): string {
  const parsed = parse(readFileSync("samples/world.yaml", "utf8")) as World;
  for (const identity of parsed.identities)
    if (identity.managedIdentity !== undefined) identity.rights = RIGHTS;
  parsed.behaviour["pollRights"] = "checked";
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

  it("publishes with the rights it needs, and records what it was refused without them", async () => {
    await stack.drop(sample("request.json", { version: "1.0.0", requestId: "enough" }));
    await stack.drop(
      sample("request-snapshots.json", { version: "1.0.1", requestId: "no-right-on-the-source" }),
    );
    await stack.drop(sample("request.json", { version: "1.0.2", requestId: "denied-by-policy" }));
    const [enough, linked, policy] = await Promise.all(
      ["enough", "no-right-on-the-source", "denied-by-policy"].map((id) => stack.ended(id)),
    );
    expect(enough.state).toBe("published");
    expect(linked.state).toBe("rejected");
    expect(policy.state).toBe("rejected");

    const faultOf = async ({ failureId }: { failureId: string }) =>
      (await stack.http(`/api/failures/${failureId}`)).body.fault;
    const missing = await faultOf(linked);
    expect(missing.code).toBe("LinkedAuthorizationFailed");
    expect(missing.message).toMatch(
      /'Microsoft\.Compute\/snapshots\/write' on the linked scope\(s\) '[^']*\/snapshots\/myOSSnapshot'/,
    );
    const denied = await faultOf(policy);
    expect(denied.code).toBe("RequestDisallowedByPolicy");
    expect(denied.message).toContain("Only in the west");
    for (const version of ["1.0.1", "1.0.2"])
      expect(stack.armCalls("PUT", `/versions/${version}`)).toMatchObject([{ status: 403 }]);
  });
});
