import type { Rights } from "./access/rights";
import type { ServiceClock } from "./clock";
import type { FaultBook } from "./faults/fault-book";
import type { Operations } from "./operations";
import type { WorldState } from "./world-state";
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
  /** VHDs in storage accounts, which Compute only reads. */
  vhds: VhdEntry[];
}
