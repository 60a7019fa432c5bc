import { ROWS } from "../../matrix/facts";
import type { Cell, End, PointKey } from "../../matrix/model";
import { POINTS } from "../../matrix/points";
import { judge } from "../../matrix/stage/judge";
import { encryptionOf } from "../../matrix/stage/world";

const WHY = { code: "InternalOperationError", advice: "permanent" } as const;

/** East US 2 fails for good, and stays in the version. */
const HOPELESS = {
  replication: {
    version: "1.0.0",
    region: "eastus2",
    details: "It is broken.",
    code: "GalleryInternalError",
    message: "It is broken.",
    times: 1,
  },
};

/** The operations of so many PUTs fail from this point on, and Azure has the version as it was before each. */
function failing(key: PointKey, times: number | undefined, change: Partial<End>): Cell {
  const [row] = ROWS;
  const found = POINTS.find((one) => one.key === key);
  if (row === undefined || found === undefined) throw new Error(`there is no point ${key}`);
  const point = { ...found, faults: [HOPELESS] };
  const operation = { version: "1.0.0", code: WHY.code, message: "It didn't work out." };
  return {
    row,
    point,
    outcome: "",
    world: { behaviour: { failedUpdate: "restoresBody" } },
    strikes: [
      {
        moment: point.moment,
        faults: [{ operation: { ...operation, ...(times === undefined ? {} : { times }) } }],
      },
    ],
    end: { ...(times === undefined ? point.refused(WHY) : point.undisturbed), ...change },
  };
}

describe("over the wire, where a failed update leaves the version as it was before", () => {
  it("the flag is closed again when the operation of its closing fails", async () => {
    await judge(failing("closeFlag", 1, { puts: 4 }));
  });

  it("it is told as open after the fourth, with Azure's words, and reconcile closes it", async () => {
    await judge(failing("closeFlag", undefined, { puts: 6 }));
  });

  it("a region is removed again when the operation of its removal fails", async () => {
    await judge(failing("undoRemove", 3, { puts: 6 }));
  });

  it("it is told as left over after the fourth", async () => {
    await judge(failing("undoRemove", undefined, { puts: 5 }));
  });
});

/** Somebody else adds a region between the run's look and its PUT, and his operation is over by then. */
function addedMeanwhile(key: PointKey, change: Partial<End> = {}): Cell {
  const [row] = ROWS;
  const point = POINTS.find((one) => one.key === key);
  if (row === undefined || point === undefined) throw new Error(`there is no point ${key}`);
  const { azure } = point.undisturbed;
  if (azure === "none") throw new Error("there is no version at the end");
  const region = {
    name: "uksouth",
    regionalReplicaCount: 1,
    storageAccountType: "Standard_LRS",
    encryption: encryptionOf("uksouth"),
  };
  const writer = { version: "1.0.0", method: "PUT", moment: "before", settled: true };
  return {
    row,
    point,
    outcome: "",
    strikes: [
      { moment: point.moment, faults: [{ foreignWriter: { ...writer, addRegion: region } }] },
    ],
    end: {
      ...point.undisturbed,
      azure: { ...azure, regions: { ...azure.regions, uksouth: "Completed" } },
      ...change,
    },
  };
}

describe("over the wire, a region that somebody else adds between a look and the PUT stays", () => {
  it("when the version is taken into latest", async () => {
    await judge(addedMeanwhile("promotion"));
  });

  it("when replica counts are restored", async () => {
    await judge(addedMeanwhile("undoCounts"));
  });

  it("when the safety flag is closed, which his own PUT has done then", async () => {
    const undone = ["removeRegions undone", "closeSafetyFlag nothingToUndo"];
    await judge(addedMeanwhile("closeFlag", { undone, puts: 2 }));
  });
});
