import type { ImageVersionBody } from "../domain/plan/image-version-body";
import type { SharedSets } from "./set-finder";

/** What `inspectTarget` found and later steps of the run need; a run begun before has none. */
export interface InspectedDocument {
  /** The version as Azure had it when the plan was made; absent when there was none. */
  existing?: ImageVersionBody;
  sets: SharedSets;
}
