import type { Moment, Point, Row, Strike } from "./model";
import { BESIDE, bodyFrom, encryptionOf, idOf, keyUrl, versionPath } from "./stage/world";

const VERSION = "1.0.0";

/** A write of the version is refused once, in the row's words. */
export const refusing = (
  { says: { status, code, message } }: Row,
  { moment, call, region }: Pick<Point, "moment" | "call" | "region">,
  times = 1,
): Strike => ({
  moment,
  faults: [
    {
      http: {
        method: call === "DELETE" ? "DELETE" : "PUT",
        ...(call === "disks" ? { ...DISKS, region } : { resource: VERSION }),
        status,
        code,
        message,
        times,
      },
    },
  ],
});
const DISKS = { pathContains: "/disks/" };

/** Which calls a point is about. */
const calls = (point: Point) =>
  point.call === "disks"
    ? DISKS
    : {
        method: point.call === "PUT" || point.call === "DELETE" ? point.call : "GET",
        ...ofWhat(point),
      };

/** What of the reads; else it is about the version. */
const ofWhat = ({ call }: Point): object => {
  switch (call) {
    case "reads":
      return {}; // whatever the plan reads
    case "operation":
      return { pathContains: "/capsOperations/" };
    default:
      return { resource: VERSION };
  }
};

/** Azure is throttled: the first calls of the point are told to come again. */
export const throttling = (point: Point, style: "arm" | "compute", retryAfter: number): Strike => ({
  moment: point.moment,
  faults: [{ throttled: { ...calls(point), style, retryAfter, times: 2 } }],
});

/** Everything that passes, one after the other. */
export const troubling = (point: Point): Strike => ({
  moment: point.moment,
  faults: [
    ...[408, 500, 502, 503, 504].map((status) => ({ http: { ...calls(point), status, times: 1 } })),
    { reset: { ...calls(point), times: 1 } },
  ],
});

const foreign = (moment: Moment, change: object): Strike => ({
  moment,
  faults: [{ foreignWriter: { version: VERSION, ...change } }],
});
const location = { location: "westus" };

/** Somebody else's operation begins between the run's look and its write. */
export const addingRegion = (moment: Moment): Strike =>
  foreign(moment, { method: "PUT", moment: "before", ...NEW_REGION });

/** Somebody else's operation begins as soon as the run's own has ended, right after a look. */
export const addingRegionAfterwards = (moment: Moment): Strike => foreign(moment, NEW_REGION);

const NEW_REGION = {
  addRegion: {
    name: "uksouth",
    regionalReplicaCount: 1,
    storageAccountType: "Standard_LRS",
    encryption: encryptionOf("uksouth"),
  },
};

/** Somebody else makes the version between the run's look and its write. */
export const making = (moment: Moment, image: string, regions: string[]): Strike =>
  foreign(moment, {
    method: "PUT",
    moment: "before",
    put: { ...location, properties: bodyFrom(image, regions, OUT_OF_NOTHING) },
  });
/** Zone-redundant storage is the service's own default. */
const OUT_OF_NOTHING = { storageAccountType: "Standard_LRS" };

/** Somebody else makes it, and it is there before the run looks; then its write finds it being deleted. */
export const makingAndDeleting = (moment: Moment): Strike => ({
  moment,
  faults: [
    {
      foreignWriter: {
        version: VERSION,
        settled: true,
        put: { ...location, properties: bodyFrom("myImage", ["westus"], OUT_OF_NOTHING) },
      },
    },
    ...(deleting(moment, "PUT").faults ?? []),
  ],
});

/** Somebody else deletes the version right before the run's call. */
export const deleting = (moment: Moment, method: "GET" | "PUT" | "DELETE"): Strike =>
  foreign(moment, { method, moment: "before", delete: true });

/** The same at once, and whatever goes on: it is done when the run goes on. */
export const atOnce = ({ moment, faults = [] }: Strike): Strike => ({
  moment,
  faults,
  act: async (stage) => void (await stage.call("GET", versionPath())),
});

/** The next write's operation says Succeeded at once, whatever the regions say. */
export const sayingSucceededEarly = (moment: Moment): Strike => ({
  moment,
  faults: [{ earlySuccess: { version: VERSION, times: 1 } }],
});

/** Version and source are gone when the run's PUT arrives, which would make the version then. */
export const vanishing = ({ moment }: Point): Strike[] => [
  foreign(moment, { method: "PUT", moment: "before", delete: true, settled: true }),
  deletingImage(moment),
];

/** As soon as nothing is in flight, somebody else puts another image under the version's number. */
export const replacing = (moment: Moment): Strike =>
  foreign(moment, {
    replace: { ...location, properties: bodyFrom("otherImage", ["westus"], OUT_OF_NOTHING) },
  });

/** Somebody else's version of the same number ends Failed, with no region. */
export const makingInVain = (moment: Moment): Strike => ({
  moment,
  faults: [
    ...(making(moment, "myImage", ["westus"]).faults ?? []),
    {
      operation: {
        version: VERSION,
        code: "GalleryInternalError",
        message: "It is broken.",
        times: 1,
      },
    },
  ],
});

/** The set of a region's OS disk is deleted. */
export const deletingSet = (moment: Moment, region: string): Strike => ({
  moment,
  act: async (stage) => void (await stage.call("DELETE", setOf(region))),
});

/** It is deleted, and one of its name is made in another region. */
export const movingSet = (moment: Moment, region: string): Strike => ({
  moment,
  act: async (stage) => {
    const { body } = await stage.call("GET", setOf(region));
    const { identity, properties } = body as {
      identity: object;
      properties: { activeKey: object; encryptionType: string };
    };
    const { activeKey, encryptionType } = properties;
    await stage.call("DELETE", setOf(region));
    await stage.call("PUT", setOf(region), {
      location: region === "uksouth" ? "westus" : "uksouth",
      identity: { type: (identity as { type: string }).type },
      properties: { activeKey, encryptionType },
    });
  },
});
const setOf = (region: string): string => idOf("diskEncryptionSets", `${region}-os`);

/** The source is deleted. */
export const deletingImage = (moment: Moment): Strike => ({
  moment,
  act: async (stage) => void (await stage.call("DELETE", idOf("images", "myImage"))),
});

/** The source is made anew, with data disks of other numbers. */
export const changingDisks = (moment: Moment, luns: number[]): Strike => ({
  moment,
  act: async (stage) => {
    const path = idOf("images", "myImage");
    const { body } = await stage.call("GET", path);
    const { location, properties } = body as {
      location: string;
      properties: { storageProfile: object };
    };
    const dataDisks = luns.map((lun) => ({ lun, diskSizeGB: 10 }));
    const storageProfile = { ...properties.storageProfile, dataDisks };
    await stage.call("DELETE", path);
    await stage.call("PUT", path, { location, properties: { storageProfile } });
  },
});

/** Nobody may use the key of a region's OS disk any more, or everybody again. */
export const granting = (moment: Moment, region: string, to: "nobody" | "everybody"): Strike => ({
  moment,
  act: async (stage) =>
    void (await stage.arm.control("PUT", "/keys", {
      key: keyUrl(`${region}-os`),
      grants: to === "nobody" ? [] : null,
    })),
});

/** Somebody else makes another version from the same image meanwhile. */
export const usingSource = (moment: Moment): Strike => ({
  moment,
  act: async (stage) =>
    void (await stage.call("PUT", BESIDE, {
      ...location,
      properties: bodyFrom("myImage", ["westus"], OUT_OF_NOTHING),
    })),
});

/** The version is there already, and somebody else is at it when the run begins. */
export const busyBefore = (method: "PUT" | "DELETE"): Strike => ({
  moment: "start",
  act: async (stage) => {
    const properties = bodyFrom("myImage", ["westus", "uksouth"], OUT_OF_NOTHING);
    await stage.call(
      method,
      versionPath(),
      method === "PUT" ? { ...location, properties } : undefined,
    );
  },
});

/** Copies of a region fail, and only its status tells: the service's own check of what it encrypted. */
export const asserting = (moment: Moment, { says: { message } }: Row, region: string): Strike => ({
  moment,
  faults: [
    {
      replication: { version: VERSION, region, details: message, provisioningState: "Succeeded" },
    },
  ],
});

/** The copies of the next write fail as a whole, in the row's words. */
export const failingOperation = (
  moment: Moment,
  { says: { code, message } }: Row,
  times = 1,
): Strike => ({
  moment,
  faults: [{ operation: { version: VERSION, code, message, times } }],
});
