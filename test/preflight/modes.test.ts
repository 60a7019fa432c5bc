import type { DryRun } from "../../src/domain/plan/dry-run";
import { computeId, setId, withMember } from "../support/request-factory";
import { confidential, confidentialDisks, confidentialWithPlatformKeys } from "./rows/confidential";
import { none, platformKeys, shallow } from "./rows/none";
import { Preflight } from "./support/dry-run";
import type { Case } from "./support/row";

type Json = Record<string, unknown>;

/** Service's time in which every region is there. */
const REPLICATED_SECONDS = 7_200;
const settings = { PLATFORM_MANAGED_KEYS: "allow" };
const withVersion = (request: Json, version: string): Json =>
  withMember(request, ["image", "version"], version);
const secure = (name: string): Json => ({
  osDiskImage: {
    securityProfile: {
      confidentialVMEncryptionType: "EncryptedWithCmk",
      secureVMDiskEncryptionSetId: setId(name).replace("MyResourceGroup", "myResourceGroup"),
    },
  },
});

describe("a plan for other keys than those at rest", () => {
  let preflight: Preflight;
  beforeAll(async () => {
    preflight = await Preflight.start([confidentialDisks.world, platformKeys.world]);
  });
  afterAll(() => preflight.stop());

  it.each<[string, Case, unknown[]]>([
    [
      "confidential disks under the customer's key",
      { request: withVersion(confidential, "3.0.0") },
      [secure("WestUSSecure"), secure("EastUS2Secure")],
    ],
    [
      "a confidential disk under the platform's key, and the OS disk's own set beside it",
      { request: withVersion(confidentialWithPlatformKeys, "3.0.1"), settings },
      [
        {
          osDiskImage: {
            diskEncryptionSetId: expect.stringContaining("/WestUSDiskEncryptionSet1"),
            securityProfile: { confidentialVMEncryptionType: "EncryptedWithPmk" },
          },
        },
      ],
    ],
    [
      "platform-managed keys",
      { request: withVersion(none, "3.0.2"), settings },
      [undefined, undefined],
    ],
    [
      "platform-managed keys, shallow",
      { request: withVersion(shallow, "3.0.3"), settings },
      [undefined],
    ],
  ])("is taken by Azure, and leaves nothing to do: %s", async (_name, each, encryption) => {
    const created = await plan(each);
    expect(created.plan.kind).toBe("create");
    expect(regionsOf(created).map((region) => region["encryption"])).toEqual(encryption);
    const { definition, version } = each.request["image"] as Record<string, string>;
    const path = computeId(
      "galleries",
      `MyGallery/images/${definition ?? ""}/versions/${version ?? ""}`,
    );
    const answer = await preflight.arm.call("PUT", path, created.bodies[0]);
    expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
    await preflight.arm.pass(REPLICATED_SECONDS);
    const promoted = await preflight.arm.call("PUT", path, created.promotion);
    expect([promoted.status, promoted.body]).toEqual([200, expect.anything()]);
    await preflight.arm.pass(REPLICATED_SECONDS);
    expect((await plan(each)).plan).toMatchObject({ kind: "nothingToDo", remarks: [] });
  });

  async function plan(each: Case): Promise<DryRun> {
    const { dryRun, messages } = await preflight.observe(each);
    if (dryRun === undefined) throw new Error(messages.join("; "));
    return dryRun;
  }
});

function regionsOf({ bodies }: DryRun): Json[] {
  const body = bodies[0] as { properties: { publishingProfile: { targetRegions: Json[] } } };
  return body.properties.publishingProfile.targetRegions;
}
