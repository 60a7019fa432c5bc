import { sameArmId } from "../../../src/domain/arm-id";
import { foldCase } from "../../../src/domain/fold-case";
import { publicationId } from "../../../src/domain/run/identity";
import {
  ALLOWED,
  managedImageExample,
  refusals,
  SUBSCRIPTION,
  withMember,
} from "../../support/request-factory";

const KIOSK = "\u212Aiosk";

test("letters of any alphabet are compared without case", () => {
  expect(foldCase("MyGroup-GRÖSSE-ЖЩ")).toBe("mygroup-grösse-жщ");
});

test.each([KIOSK, "\u0130zmir", "\u1E9E"])("%s is nobody else's name", (name) => {
  expect(foldCase(name)).toBe(name);
});

test("a group with the Kelvin sign doesn't pass for kiosk: not for the allow-list, not for the lock", () => {
  const image = {
    subscriptionId: SUBSCRIPTION,
    gallery: "MyGallery",
    definition: "MyImage",
    version: "1.0.0",
  };
  const id = (resourceGroup: string) => publicationId({ ...image, resourceGroup });
  expect(id(KIOSK)).not.toBe(id("kiosk"));
  expect(id("KIOSK")).toBe(id("kiosk"));
  expect(
    sameArmId(`/subscriptions/x/resourceGroups/${KIOSK}`, "/subscriptions/x/resourceGroups/kiosk"),
  ).toBe(false);

  const group = "kiosk";
  const galleries = [
    `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Compute/galleries/*`,
  ];
  const asked = (resourceGroup: string): string[] =>
    refusals(withMember(managedImageExample(), ["image", "resourceGroup"], resourceGroup), {
      allow: { ...ALLOWED, galleries },
    });
  expect(asked("Kiosk")).toEqual([]);
  expect(asked(KIOSK)).toEqual(["$.image GalleryNotAllowed"]);
});
