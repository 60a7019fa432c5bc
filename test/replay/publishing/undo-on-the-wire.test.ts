import { ROWS } from "../../matrix/facts";
import type { Cell, End, PointKey } from "../../matrix/model";
import { POINTS } from "../../matrix/points";
import { judge } from "../../matrix/stage/judge";

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
