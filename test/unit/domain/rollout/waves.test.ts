import { planWaves } from "../../../../src/domain/rollout/waves";

const REGIONS = ["eastus2", "westus", "northeurope", "westeurope", "eastus"];

test("without an order all regions are one wave", () => {
  expect(planWaves(REGIONS, "westus", { kind: "together" })).toEqual([REGIONS]);
});

test("a canary of one is the source region, whatever its place in the request", () => {
  expect(planWaves(REGIONS, "westus", { kind: "canary", canary: 1, size: 3 })).toEqual([
    ["westus"],
    ["eastus2", "northeurope", "westeurope"],
    ["eastus"],
  ]);
});

test("a bigger canary takes the next regions with the source region", () => {
  expect(planWaves(REGIONS, "westus", { kind: "canary", canary: 2, size: 10 })).toEqual([
    ["westus", "eastus2"],
    ["northeurope", "westeurope", "eastus"],
  ]);
});

test("a canary of everything leaves no empty wave", () => {
  expect(planWaves(["westus"], "westus", { kind: "canary", canary: 1, size: 5 })).toEqual([
    ["westus"],
  ]);
});

test("named waves stay as they are named", () => {
  const waves = [["westus"], ["eastus", "eastus2"], ["northeurope", "westeurope"]];
  expect(planWaves(REGIONS, "westus", { kind: "named", waves })).toEqual(waves);
});
