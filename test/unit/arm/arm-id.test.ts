import fc from "fast-check";
import {
  keyOf,
  parentId,
  parseArmPath,
  parseResourceId,
  resourceId,
} from "../../../src/local/arm/arm-id";

describe("ARM paths", () => {
  it.each([
    ["/subscriptions", { type: "subscriptions", collection: true, names: [] }],
    ["/SUBSCRIPTIONS/s", { type: "subscriptions", collection: false, subscriptionId: "s" }],
    ["/subscriptions/s/resourcegroups", { type: "resourcegroups", collection: true }],
    [
      "/subscriptions/s/resourceGroups/rg/",
      { type: "resourcegroups", collection: false, resourceGroup: "rg" },
    ],
    [
      "/subscriptions/s/providers/Microsoft.Compute/diskEncryptionSets",
      { type: "microsoft.compute/diskencryptionsets", collection: true, names: [] },
    ],
    [
      "/subscriptions/s/resourceGroups/rg/providers/microsoft.compute/Galleries/G/IMAGES/I/versions",
      { type: "microsoft.compute/galleries/images/versions", collection: true, names: ["G", "I"] },
    ],
    [
      "/subscriptions/s/providers/Microsoft.Compute/locations/westus/capsOperations/1-2",
      { type: "microsoft.compute/locations/capsoperations", names: ["westus", "1-2"] },
    ],
    ["/tenants", { type: "tenants", collection: true }],
    ["/subscriptions/s/Locations", { type: "subscriptions/locations", collection: true }],
    ["/subscriptions/s/providers", { type: "subscriptions/providers", collection: true }],
    [
      "/subscriptions/s/providers/microsoft.compute",
      { type: "subscriptions/providers", collection: false, names: ["microsoft.compute"] },
    ],
    ["/subscriptions/s/resources", { type: "resources", collection: true }],
    [
      "/subscriptions/s/resourceGroups/rg/resources",
      { type: "resources", collection: true, resourceGroup: "rg" },
    ],
    [
      "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/galleries/G/providers/Microsoft.Authorization/Permissions",
      { type: "microsoft.authorization/permissions", collection: true, resourceGroup: "rg" },
    ],
  ])("%s is understood", (path, expected) => {
    expect(parseArmPath(path)).toMatchObject(expected);
  });

  it.each([
    "",
    "/",
    "subscriptions/s",
    "/subscriptions//resourceGroups/rg",
    "/tenants/t",
    "/providers/Microsoft.Compute",
    "/subscriptions/s/groups/rg",
    "/subscriptions/s/resourceGroups/rg/providers",
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute",
  ])("%j is no path", (path) => {
    expect(parseArmPath(path)).toBeUndefined();
  });

  it("a resource id survives being printed and read", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,12}$/);
    fc.assert(
      fc.property(name, name, fc.array(name, { minLength: 1, maxLength: 3 }), (sub, rg, names) => {
        const type = ["Microsoft.Compute", "galleries", "images", "versions"]
          .slice(0, names.length + 1)
          .join("/");
        expect(parseResourceId(resourceId(sub, rg, type, names))).toMatchObject({
          type: type.toLowerCase(),
          subscriptionId: sub,
          resourceGroup: rg,
          names,
        });
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it("ids that differ in case or a trailing slash have one key", () => {
    expect(keyOf("/Subscriptions/S/")).toBe(keyOf("/subscriptions/s"));
  });

  it("only nested resources have a parent", () => {
    const gallery = resourceId("s", "rg", "Microsoft.Compute/galleries", ["g"]);
    expect(parentId(gallery)).toBeUndefined();
    expect(parentId(`${gallery}/images/i`)).toBe(gallery);
  });
});
