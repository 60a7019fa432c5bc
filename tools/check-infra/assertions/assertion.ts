import type { Evidence } from "../evidence";

/** Something that must hold of what is deployed, however the templates come to it. */
export interface Assertion {
  name: string;
  /** What is wrong, a line each. */
  check: (evidence: Evidence) => string[];
}
