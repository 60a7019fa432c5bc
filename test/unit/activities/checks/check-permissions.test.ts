import { checkPermissions } from "../../../../src/activities/checks/check-permissions";
import type { Looked } from "../../../../src/activities/checks/check";
import type { Permission } from "../../../../src/domain/preflight/permissions";
import { sourceFacts, type ResourceFacts } from "../../../../src/domain/preflight/source-facts";
import { resourcesOf } from "../../../../src/domain/request/publish-request";
import { armFault } from "../../../support/fake-azure";
import { targetRegion, versionBody, versionState } from "../../../support/fake-version";
import {
  accepted,
  computeId,
  managedImageExample,
  SUBSCRIPTION,
  setId,
  snapshotExample,
  withMember,
  wireRegion,
} from "../../../support/request-factory";

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/MyResourceGroup`;
const OTHER_GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/Sources`;
const VERSIONS = "Microsoft.Compute/galleries/images/versions";
const ALL: Permission = { actions: ["*"], notActions: [] };
const but = (...notActions: string[]): Permission => ({ actions: ["*"], notActions });
const DISK: ResourceFacts = { location: "westus", diskEncryptionSetIds: [] };

interface World {
  /** Roles by the scope that they are given at, in any case; they reach what lies in it. */
  roles: Record<string, Permission[]>;
  raw?: unknown;
  /** Members of what was looked at; by default everything was read. */
  looked?: Partial<Looked>;
}

async function check({ roles, raw = managedImageExample(), looked = {} }: World) {
  const request = accepted(raw);
  const asked: string[] = [];
  const findings = await checkPermissions({
    over: async (scope) => {
      asked.push(scope);
      return Object.entries(roles).flatMap(([at, held]) =>
        `${scope}/`.toLowerCase().startsWith(`${at}/`.toLowerCase()) ? held : [],
      );
    },
  })({
    request,
    existing: undefined,
    gallery: { provisioningState: "Succeeded", sharing: "Private" },
    definition: { osType: "", osState: "", hyperVGeneration: "", features: [] },
    source: sourceFacts(
      request.source,
      resourcesOf(request.source).map(() => DISK),
    ),
    ...looked,
  });
  return {
    asked,
    findings,
    codes: [
      ...findings.problems.map(({ path, code }) => `${path} ${code}`),
      ...findings.remarks.map(({ path, code, severity }) => `${path} ${code} ${severity}`),
    ],
  };
}

test("an app that may do everything is asked for once in each resource group, and nothing is said", async () => {
  const elsewhere = computeId("snapshots", "os", "Sources");
  const raw = withMember(snapshotExample(), ["source", "osSnapshot"], elsewhere);
  const { codes, asked } = await check({
    roles: { [`/subscriptions/${SUBSCRIPTION}`]: [ALL] },
    raw,
  });
  expect(codes).toEqual([]);
  expect(asked.sort()).toEqual([GROUP, OTHER_GROUP]);
});

test("a version that is there may have been given by itself; the sets that it keeps are asked for, too", async () => {
  const at = computeId("galleries/MyGallery/images/MyImage/versions", "1.0.0");
  const keeps = computeId("diskEncryptionSets", "kept", "Keys");
  const kept = targetRegion("UK South", {
    encryption: { osDiskImage: { diskEncryptionSetId: keeps } },
  });
  const roles = { [GROUP]: [but(`${VERSIONS}/write`)], [at]: [ALL] };
  const looked = { existing: versionState(versionBody([kept])) };
  expect((await check({ roles, looked })).findings.problems).toMatchObject([
    {
      path: "$.image.version",
      code: "MissingPermission",
      message: expect.stringContaining(`Microsoft.Compute/diskEncryptionSets/read on ${keeps}`),
    },
  ]);
  expect((await check({ roles: { ...roles, [keeps]: [ALL] }, looked })).codes).toEqual([]);
  expect((await check({ roles })).codes).toEqual(["$.image MissingPermission"]);
});

test("a run that is to take back a version of its own needs to delete it; one that was there isn't deleted", async () => {
  const raw = managedImageExample({ rollout: { onFailure: "rollBack" } });
  const roles = { [GROUP]: [but(`${VERSIONS}/delete`)] };
  expect((await check({ roles, raw })).codes).toEqual(["$.rollout.onFailure MissingPermission"]);
  expect((await check({ roles })).codes).toEqual([]);
  const looked = { existing: versionState(versionBody([targetRegion("West US")])) };
  expect((await check({ roles, raw, looked })).codes).toEqual([]);
});

test("a missing right names action, resource, path and what to grant", async () => {
  const { findings } = await check({ roles: { [GROUP]: [but(`${VERSIONS}/write`)] } });
  expect(findings).toEqual({
    problems: [
      {
        path: "$.image",
        code: "MissingPermission",
        message: `the app's identity may not do ${VERSIONS}/write on ${GROUP}/providers/Microsoft.Compute/galleries/MyGallery/images/MyImage`,
        action: `give the app's identity a role with the action ${VERSIONS}/write on ${GROUP}/providers/Microsoft.Compute/galleries/MyGallery/images/MyImage or its resource group, wait some minutes, then send the request again`,
      },
    ],
    remarks: [],
  });
});

test.each<[string, string, string[]]>([
  ["the version's write", `${VERSIONS}/write`, ["$.image MissingPermission"]],
  ["the version's read", `${VERSIONS}/read`, ["$.image MissingPermission"]],
  [
    "the snapshots' write, which is asked for of every snapshot",
    "Microsoft.Compute/snapshots/write",
    ["$.source.osSnapshot MissingPermission", "$.source.dataSnapshots[0].id MissingPermission"],
  ],
  [
    "the sets' read, told once for its resource group",
    "Microsoft.Compute/diskEncryptionSets/read",
    ["$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId MissingPermission"],
  ],
  ["what no part of the request needs", `${VERSIONS}/delete`, []],
  ["what was read already", "Microsoft.Compute/snapshots/read", []],
])("without %s", async (_title, action, expected) => {
  const { codes } = await check({ roles: { [GROUP]: [but(action)] }, raw: snapshotExample() });
  expect(codes).toEqual(expected);
});

test.each<[string, unknown, string, string]>([
  ["a managed image", { managedImage: computeId("images", "i") }, "images/read", "managedImage"],
  ["a disk", { managedDisk: computeId("disks", "d") }, "disks/write", "managedDisk"],
  [
    "a gallery version",
    {
      galleryImageVersion: `${GROUP}/providers/Microsoft.Compute/galleries/g/images/i/versions/1.0.0`,
    },
    "galleries/images/versions/read",
    "galleryImageVersion",
  ],
])(
  "%s that couldn't be read tells the right that is missing",
  async (_title, source, action, at) => {
    const { codes } = await check({
      roles: { [GROUP]: [but(`Microsoft.Compute/${action}`)] },
      raw: managedImageExample({ source }),
      looked: { source: undefined },
    });
    expect(codes).toContain(`$.source.${at} MissingPermission`);
  },
);

test("a VHD needs its storage account's keys", async () => {
  const storageAccountId = `${GROUP}/providers/Microsoft.Storage/storageAccounts/account`;
  const uri = "https://account.blob.core.windows.net/vhds/os.vhd";
  const raw = managedImageExample({ source: { vhd: { uri, storageAccountId } } });
  for (const action of ["*/listKeys/action", "Microsoft.Storage/storageAccounts/write"]) {
    const { codes } = await check({ roles: { [GROUP]: [but(action)] }, raw });
    expect(codes).toEqual(["$.source.vhd.storageAccountId MissingPermission"]);
  }
});

test("a gallery and a definition that couldn't be read tell the rights that are missing", async () => {
  const { findings } = await check({
    roles: { [GROUP]: [but("Microsoft.Compute/galleries/*")] },
    looked: { gallery: undefined, definition: undefined },
  });
  expect(findings.problems.map(({ message }) => /do (\S+)/.exec(message)?.[1])).toEqual([
    "Microsoft.Compute/galleries/read",
    "Microsoft.Compute/galleries/images/read",
    `${VERSIONS}/read`,
    `${VERSIONS}/write`,
  ]);
});

test("a right that was given on the resource alone counts, for one more call", async () => {
  const snapshots = but("Microsoft.Compute/snapshots/*");
  const os = computeId("snapshots", "myOSSnapshot", "myResourceGroup");
  const data = computeId("snapshots", "myDDSnapshot", "myResourceGroup");
  const { codes, asked } = await check({
    roles: { [GROUP]: [snapshots], [os]: [ALL] },
    raw: snapshotExample(),
  });
  expect(codes).toEqual(["$.source.dataSnapshots[0].id MissingPermission"]);
  expect(asked.sort()).toEqual([GROUP, data, os].sort());
});

test("a source that isn't there needs no right", async () => {
  const request = accepted(snapshotExample());
  const { codes } = await check({
    roles: { [GROUP]: [but("Microsoft.Compute/snapshots/*")] },
    raw: snapshotExample(),
    looked: { source: sourceFacts(request.source, []) },
  });
  expect(codes).toEqual([]);
});

test("sets in resource groups of their own are asked for there", async () => {
  const set = (group: string): string => setId("des").replace("MyResourceGroup", group);
  const raw = managedImageExample({
    targetRegions: [
      wireRegion("westus", "West", [[0, "KeysWest/des"]]),
      wireRegion("eastus2", set("KeysEast"), [[0, set("keyseast")]]),
    ],
  });
  const { codes, asked } = await check({ roles: { [GROUP]: [ALL] }, raw });
  expect(codes).toEqual([
    "$.targetRegions[0].encryption.dataDiskImages[0].diskEncryptionSetId MissingPermission",
    "$.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId MissingPermission",
  ]);
  const groups = asked.filter((scope) => !scope.includes("/providers/"));
  expect(groups.map((scope) => scope.split("/").at(-1)).sort()).toEqual([
    "KeysEast",
    "KeysWest",
    "MyResourceGroup",
  ]);
});

test("sets that are found by tags are looked for in the subscription, and narrower rights are only said", async () => {
  const raw = managedImageExample({
    encryption: {
      type: "customerManagedKey",
      diskEncryptionSets: { byTag: { purpose: "images" } },
    },
    targetRegions: [{ name: "westus" }],
  });
  const { codes, findings } = await check({ roles: { [GROUP]: [ALL] }, raw });
  expect(codes).toEqual([
    "$.targetRegions[0].encryption.osDiskImage.diskEncryptionSetId MissingPermission warning",
  ]);
  expect(findings.remarks[0]?.message).toContain(
    `Microsoft.Compute/diskEncryptionSets/read in all of /subscriptions/${SUBSCRIPTION}`,
  );
});

test("where Azure doesn't tell what the app may do, that is said and nothing is refused", async () => {
  const refused = armFault({ code: "AuthorizationFailed", status: 403, advice: "operator" });
  const request = accepted(managedImageExample());
  const findings = await checkPermissions({ over: () => Promise.reject(refused) })({
    request,
    existing: undefined,
    gallery: undefined,
    definition: undefined,
    source: undefined,
  });
  expect(findings.problems).toEqual([]);
  expect(findings.remarks).toMatchObject([
    { path: "$.image", code: "PermissionsNotChecked", severity: "notChecked" },
  ]);
});

test("trouble that passes is thrown, so that the run asks again", async () => {
  const busy = armFault({ code: "TooManyRequests", status: 429, advice: "transient" });
  const check = checkPermissions({ over: () => Promise.reject(busy) });
  await expect(
    check({
      request: accepted(managedImageExample()),
      existing: undefined,
      gallery: undefined,
      definition: undefined,
      source: undefined,
    }),
  ).rejects.toBe(busy);
});
