import { itEndsTheSameWhereverItCrashes } from "../../support/publishing-crashes";

const regions = ["westus", "eastus2"];

describe("a run that is published ends the same", () => {
  itEndsTheSameWhereverItCrashes({ regions, prepare: () => undefined }, "published");
});

describe("a run that is partly published ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    { regions, prepare: ({ behaviour }) => behaviour.failing.set("eastus2", "no capacity") },
    "partlyPublished",
  );
});

describe("a run that is rejected ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    { regions, prepare: ({ behaviour }) => behaviour.withoutSet.add("eastus2") },
    "rejected",
  );
});
