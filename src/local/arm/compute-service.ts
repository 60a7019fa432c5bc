import type { ServiceClock } from "./clock.js";
import type { FaultBook } from "./faults.js";
import type { Operations } from "./operations.js";
import type { WorldState } from "./world-state.js";
import type { Behaviour, Timing } from "./world/settings.js";
import type { VhdEntry } from "./world/world-schema.js";

/** What the resource types work with. */
export interface ComputeService {
  state: WorldState;
  clock: ServiceClock;
  operations: Operations;
  faults: FaultBook;
  timing: Timing;
  behaviour: Behaviour;
  /** VHDs in storage accounts, which Compute only reads. */
  vhds: VhdEntry[];
}
