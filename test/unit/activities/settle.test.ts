import { settle } from "../../../src/activities/settle";
import type { Fault } from "../../../src/domain/fault";
import { armFault } from "../../support/fake-azure";

test("what works is handed through", async () => {
  expect(await settle(async () => ({ kind: "reading" }))).toEqual({ kind: "reading" });
});

test.each<[Fault["advice"], "wait" | "failed"]>([
  ["transient", "wait"],
  ["waitForOperation", "wait"],
  ["permanent", "failed"],
  ["repeat", "failed"],
  ["operator", "failed"],
])("Azure's %s trouble becomes data: %s", async (advice, kind) => {
  const error = armFault({ advice });
  expect(await settle(() => Promise.reject(error))).toEqual({ kind, fault: error.fault });
});

test("what isn't Azure's stays thrown, for the durable retry policy", async () => {
  await expect(settle(() => Promise.reject(new Error("storage is away")))).rejects.toThrow(
    "storage is away",
  );
});
