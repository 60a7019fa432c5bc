import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, stagger, TWELVE_REGIONS } from "./twelve-regions";

describe("a run of 12 regions that is published ends the same", () => {
  itEndsTheSameWhereverItCrashes({ regions: TWELVE_REGIONS, prepare: stagger }, "published", print);
});
