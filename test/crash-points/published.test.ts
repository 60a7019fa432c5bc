import { itEndsTheSameWhereverItCrashes } from "../support/publishing-crashes";
import { print, stagger, TWELVE_REGIONS } from "./worlds";

const all = TWELVE_REGIONS;

describe("a run of 12 regions in one wave that is published ends the same", () => {
  itEndsTheSameWhereverItCrashes(
    { regions: all, prepare: stagger },
    { state: "published", puts: [all, all] },
    print,
  );
});
