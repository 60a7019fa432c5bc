import { checkTarget } from "../../../../src/domain/preflight/check-target";
import { accepted, managedImageExample } from "../../../support/request-factory";

const request = accepted(managedImageExample());

const gallery = (change = {}) => ({
  provisioningState: "Succeeded",
  sharing: "Private",
  ...change,
});
const definition = (provisioningState: string) => ({
  provisioningState,
  osType: "Linux",
  osState: "Generalized",
  hyperVGeneration: "V2",
  features: [],
});
const found = (target: Partial<Parameters<typeof checkTarget>[0]>): string[] => {
  const { problems, remarks } = checkTarget({
    request,
    gallery: gallery(),
    definition: definition("Succeeded"),
    ...target,
  });
  return [
    ...problems.map(({ path, code }) => `${path} ${code} error`),
    ...remarks.map(({ path, code, severity }) => `${path} ${code} ${severity}`),
  ];
};

test.each([
  ["a private gallery", { gallery: gallery() }, []],
  ["a community gallery", { gallery: gallery({ sharing: "Community" }) }, []],
  [
    "a gallery that is shared directly",
    { gallery: gallery({ sharing: "Groups" }) },
    ["$.image GallerySharedDirectly error"],
  ],
  [
    "a gallery that is shared directly, for platform-managed keys",
    {
      gallery: gallery({ sharing: "Groups" }),
      request: { ...request, encryption: { type: "none" as const } },
    },
    [],
  ],
  [
    "a gallery that is being deleted",
    { gallery: gallery({ provisioningState: "Deleting" }) },
    ["$.image GalleryNotReady error"],
  ],
  [
    "a gallery whose last change failed",
    { gallery: gallery({ provisioningState: "Failed" }) },
    ["$.image GalleryNotReady warning"],
  ],
  [
    "a gallery that tells no state",
    { gallery: gallery({ provisioningState: "" }), definition: undefined },
    [],
  ],
  [
    "a definition that is being made",
    { definition: definition("Creating") },
    ["$.image ImageDefinitionNotReady error"],
  ],
  [
    "a definition that is being changed",
    { definition: definition("Updating") },
    ["$.image ImageDefinitionNotReady warning"],
  ],
  ["nothing that could be read", { gallery: undefined, definition: undefined }, []],
])("%s", (_title, target, expected) => {
  expect(found(target)).toEqual(expected);
});
