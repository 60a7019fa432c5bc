import { Rights } from "../../../src/local/arm/access/rights";
import type { Right } from "../../../src/local/arm/world/identity-schema";

const GROUP = "/subscriptions/s/resourceGroups/rg";
const WHO = { oid: "o" };
const rights = (...given: Partial<Right>[]): Rights =>
  new Rights([
    {
      name: "who",
      appId: "a",
      objectId: "O",
      tenantId: "t",
      rights: given.map((one) => ({ scope: "/", actions: ["*"], notActions: [], ...one })),
    },
  ]);

describe("actions", () => {
  it.each([
    ["*", "Microsoft.Compute/galleries/read", true],
    ["*/read", "Microsoft.Compute/galleries/images/versions/read", true],
    ["*/read", "Microsoft.Compute/galleries/write", false],
    ["microsoft.compute/GALLERIES/read", "Microsoft.Compute/galleries/read", true],
    ["Microsoft.Compute/galleries/*", "Microsoft.Compute/galleries/images/write", true],
    ["Microsoft.Compute/galleries/*/read", "Microsoft.Compute/galleries/read", false],
    ["Microsoft.Compute/galleries/read", "Microsoft.Compute/galleries/images/read", false],
    ["Microsoft.Compute/*", "MicrosoftXCompute/galleries/read", false],
  ])("%s and %s: %p", (pattern, action, allowed) => {
    expect(rights({ actions: [pattern] }).allow(WHO, action, GROUP)).toBe(allowed);
  });

  it("an exception takes from its own right only", () => {
    const without = { notActions: ["Microsoft.Compute/galleries/delete"] };
    const action = "Microsoft.Compute/galleries/delete";
    expect(rights(without).allow(WHO, action, GROUP)).toBe(false);
    expect(rights(without, { actions: ["*/delete"] }).allow(WHO, action, GROUP)).toBe(true);
  });
});

describe("scopes", () => {
  it.each([
    ["/", GROUP, true],
    ["/subscriptions/S", GROUP, true],
    [GROUP.toUpperCase(), `${GROUP}/providers/Microsoft.Compute/galleries/g`, true],
    [`${GROUP}/`, GROUP, true],
    [GROUP, `${GROUP}2`, false],
    [`${GROUP}/providers/Microsoft.Compute/galleries/g`, GROUP, false],
    ["/subscriptions/other", GROUP, false],
  ])("a right over %s reaches %s: %p", (scope, wanted, reached) => {
    expect(rights({ scope }).allow(WHO, "a/read", wanted)).toBe(reached);
  });

  it("whoever isn't known has no right, nor has a token without an object id", () => {
    for (const caller of [{ oid: "x" }, {}])
      expect(rights({}).allow(caller, "a/read", GROUP)).toBe(false);
  });

  it("something inside a scope can be reached by a right from above or below", () => {
    const inside = rights({ scope: `${GROUP}/providers/p/t/n`, actions: ["a/read"] });
    expect(inside.allowWithin(WHO, "/subscriptions/s")).toBe(true);
    expect(inside.allowWithin(WHO, GROUP, "a/read")).toBe(true);
    expect(inside.allowWithin(WHO, GROUP, "a/write")).toBe(false);
    expect(inside.allowWithin(WHO, "/subscriptions/s/resourceGroups/r")).toBe(false);
    expect(rights({}).allowWithin(WHO, GROUP, "a/write")).toBe(true);
  });
});
