import type { Evidence } from "../evidence";

/** Something that must hold in the end, and everything in which it doesn't, each as a sentence. */
export interface Invariant {
  name: string;
  violations: (evidence: Evidence) => string[];
}
