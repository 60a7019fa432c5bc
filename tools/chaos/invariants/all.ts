import type { Evidence } from "../evidence";
import { AGREEMENT_INVARIANTS } from "./agreement";
import { AZURE_INVARIANTS } from "./azure";
import type { Invariant } from "./invariant";
import { RECORD_INVARIANTS } from "./records";
import { REGION_INVARIANTS } from "./regions";
import { WRITE_INVARIANTS } from "./writes";

/** Everything that must hold when nothing is in flight any more. */
export const INVARIANTS: Invariant[] = [
  ...RECORD_INVARIANTS,
  ...WRITE_INVARIANTS,
  ...AZURE_INVARIANTS,
  ...AGREEMENT_INVARIANTS,
  ...REGION_INVARIANTS,
];

/** Each violation with the invariant that it breaks. */
export const violationsIn = (evidence: Evidence): string[] =>
  INVARIANTS.flatMap(({ name, violations }) =>
    violations(evidence).map((violation) => `${name}: ${violation}`),
  );
