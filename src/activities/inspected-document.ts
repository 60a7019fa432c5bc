import type { ImageVersionBody } from "../domain/plan/image-version-body";
import type { DefinitionFacts } from "../domain/preflight/source-facts";
import type { RegionOutcome } from "../domain/run/outcome";
import type { SharedSets } from "./set-finder";

/** What `inspectTarget` or `inspectPromotion` found and later steps of the run need; a run begun before has none. */
export interface InspectedDocument {
  /** The version as Azure had it when the plan was made; absent when there was none. */
  existing?: ImageVersionBody;
  sets: SharedSets;
  /** Absent where Azure refused to show it. */
  definition?: DefinitionFacts;
  /** LUNs of the data disks, as far as they were known then. */
  dataLuns?: number[];
  /** Of a person's promotion: Completed regions that stay out of `latest`, and why. */
  leftOut?: RegionOutcome[];
}
