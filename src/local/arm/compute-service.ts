import type { Rights } from "./access/rights";
import type { ServiceClock } from "./clock";
import type { FaultBook } from "./faults/fault-book";
import type { RegionBook } from "./region-book";
import type { Operations } from "./operations";
import type { Throttle } from "./throttling/throttle";
import type { WorldState } from "./world-state";
import type { PolicyEntry } from "./world/policy-schema";
import type { Behaviour, Timing } from "./world/settings";
import type { VhdEntry } from "./world/world-schema";

/** What the resource types work with. */
export interface ComputeService {
  state: WorldState;
  clock: ServiceClock;
  operations: Operations;
  faults: FaultBook;
  timing: Timing;
  behaviour: Behaviour;
  rights: Rights;
  regions: RegionBook;
  policies: readonly PolicyEntry[];
  throttle: Throttle;
  /** VHDs in storage accounts, which Compute only reads. */
  vhds: VhdEntry[];
}
