import {
  parseRequest,
  type ParsedRequest,
  type RequestRules,
} from "../../src/domain/request/parse-request";
import type { PublishRequest, UnnumberedRequest } from "../../src/domain/request/publish-request";

export const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
export const OTHER_SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";

/** What the settings of the tests allow: the customer's subscription, all of its galleries. */
export const ALLOWED: RequestRules["allow"] = {
  subscriptions: [SUBSCRIPTION],
  galleries: [
    `/subscriptions/${SUBSCRIPTION}/resourceGroups/*/providers/Microsoft.Compute/galleries/*`,
  ],
  // One more, so that Azure's own rule about sets of another subscription is reached.
  diskEncryptionSetSubscriptions: [SUBSCRIPTION, OTHER_SUBSCRIPTION],
};
export const RULES: RequestRules = {
  additionalRegions: [],
  maxReplicaCount: 100,
  allow: ALLOWED,
  resolution: { byRegion: {} },
  vmSourceWithCmk: "reject",
  platformManagedKeys: "reject",
  now: new Date("2026-11-24T12:00:00Z"),
};

/** Id of a Microsoft.Compute resource in the customer's resource group. */
export const computeId = (type: string, name: string, group = "MyResourceGroup"): string =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Compute/${type}/${name}`;

export const setId = (name: string): string => computeId("diskEncryptionSets", name);

type Json = Record<string, unknown>;

/** A region as a request names it: one set for the OS disk, one for each data disk by LUN. */
export function wireRegion(name: string, os: string, data: [number, string][] = []): Json {
  return {
    name,
    encryption: {
      osDiskImage: { diskEncryptionSetId: os },
      ...(data.length === 0
        ? {}
        : { dataDiskImages: data.map(([lun, id]) => ({ lun, diskEncryptionSetId: id })) }),
    },
  };
}

const image = {
  subscriptionId: SUBSCRIPTION,
  resourceGroup: "MyResourceGroup",
  gallery: "MyGallery",
  definition: "MyImage",
  version: "1.0.0",
  location: "westus",
};

/** The customer's first CLI example as a request: managed image with a data disk, two regions. */
export function managedImageExample(change: Json = {}): Json {
  return {
    image,
    source: { managedImage: computeId("images", "myImage", "myResourceGroup") },
    targetRegions: [
      {
        ...wireRegion("westus", "WestUSDiskEncryptionSet1", [[0, "WestUSDiskEncryptionSet2"]]),
        regionalReplicaCount: 2,
        storageAccountType: "standard_lrs",
      },
      wireRegion("eastus2", "EastUS2DiskEncryptionSet1", [[0, "EastUS2DiskEncryptionSet2"]]),
    ],
    ...change,
  };
}

/** The customer's second CLI example: an OS snapshot and a data snapshot at LUN 0. */
export function snapshotExample(change: Json = {}): Json {
  return managedImageExample({
    source: {
      osSnapshot: computeId("snapshots", "myOSSnapshot", "myResourceGroup"),
      dataSnapshots: [{ lun: 0, id: computeId("snapshots", "myDDSnapshot", "myResourceGroup") }],
    },
    targetRegions: [
      {
        ...wireRegion("westus", "WestUSDiskEncryptionSet1", [[0, "WestUSDiskEncryptionSet2"]]),
        regionalReplicaCount: 2,
        storageAccountType: "standard_lrs",
      },
      wireRegion("eastus", "EastUS2DiskEncryptionSet1", [[0, "EastUS2DiskEncryptionSet2"]]),
    ],
    ...change,
  });
}

/** The customer's PowerShell example: display names, ids without the leading slash, LUNs 1 and 2. */
export function powerShellExample(change: Json = {}): Json {
  const set = (name: string): string =>
    `subscriptions/${SUBSCRIPTION}/resourceGroups/myRG/providers/Microsoft.Compute/diskEncryptionSets/${name}`;
  const region = (name: string, prefix: string): Json => ({
    ...wireRegion(name, set(`${prefix}DESet`), [
      [1, set(`${prefix}DESet1`)],
      [2, set(`${prefix}DESet2`)],
    ]),
    regionalReplicaCount: 1,
    storageAccountType: "Standard_LRS",
  });
  return managedImageExample({
    image: { ...image, location: "West US" },
    targetRegions: [region("West US", "my"), region("East US 2", "myEastUS2")],
    replicaCount: 2,
    storageAccountType: "Standard_LRS",
    ...change,
  });
}

/** A copy of `example` with the member at `path` replaced; undefined removes it. */
export function withMember(example: Json, path: (string | number)[], value: unknown): Json {
  const copy = structuredClone(example);
  let parent: unknown = copy;
  for (const key of path.slice(0, -1)) parent = (parent as Record<string | number, unknown>)[key];
  const last = path.at(-1) ?? "";
  if (value === undefined) delete (parent as Record<string | number, unknown>)[last];
  else (parent as Record<string | number, unknown>)[last] = value;
  return copy;
}

export function parse(raw: unknown, rules: Partial<RequestRules> = {}): ParsedRequest {
  return parseRequest(raw, { ...RULES, ...rules });
}

/** The request after admission. @throws when it is refused, naming the problems. */
export function accepted(raw: unknown): PublishRequest {
  const result = parse(raw);
  if (result.kind === "invalid")
    throw new Error(`the request is refused: ${JSON.stringify(result.problems, null, 2)}`);
  if (result.kind === "unnumbered") throw new Error("the request names no version");
  return result.request;
}

/** The request after admission, without its number. */
export function unnumbered(raw: unknown): UnnumberedRequest {
  const result = parse(raw);
  if (result.kind !== "unnumbered") throw new Error(`the request is ${result.kind}`);
  return result.request;
}

/** An image of the examples' definition that gets its number at the door. */
export const imageBy = (strategy: string, base?: string): Json => {
  const { version: _version, ...names } = image;
  return { ...names, version: { strategy, ...(base === undefined ? {} : { base }) } };
};

/** Every problem as `path code`, in the order of their report. */
export function refusals(raw: unknown, rules: Partial<RequestRules> = {}): string[] {
  const result = parse(raw, rules);
  if (result.kind !== "invalid") return [];
  return result.problems.map((found) => `${found.path} ${found.code}`);
}
