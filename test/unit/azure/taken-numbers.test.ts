import { ArmError } from "../../../src/azure/arm-error";
import { createTakenNumbers } from "../../../src/azure/taken-numbers";
import type { Advice } from "../../../src/domain/advice";
import { azureFault } from "../../support/azure-fault";
import { accepted, managedImageExample } from "../../support/request-factory";

const { image } = accepted(managedImageExample());
const read = (softDelete: boolean, list = async () => [{ name: "1.0.0", encrypted: true }]) =>
  createTakenNumbers({
    imageVersions: { list },
    sources: {
      gallery: async () => ({ provisioningState: "Succeeded", sharing: "Private", softDelete }),
    },
    softDeleted: { names: async () => ["1.0.7", "no-number"] },
  })(image);

test("the numbers of deleted versions count where they can be restored", async () => {
  expect(await read(false)).toEqual({ kind: "known", numbers: [[1, 0, 0]] });
  expect(await read(true)).toEqual({
    kind: "known",
    numbers: [
      [1, 0, 0],
      [1, 0, 7],
    ],
  });
});

const failing = (advice: Advice) =>
  read(false, async () => {
    throw new ArmError(azureFault("AuthorizationFailed", advice, "no", "grant it"));
  });

test("what Azure refuses to tell is told, and trouble that passes is thrown", async () => {
  expect(await failing("operator")).toMatchObject({
    kind: "refused",
    fault: { code: "AuthorizationFailed" },
  });
  await expect(failing("transient")).rejects.toThrow("AuthorizationFailed");
});
