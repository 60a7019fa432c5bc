import type { ImageVersionState } from "../../azure/image-versions";
import type { Findings } from "../../domain/preflight/findings";
import type {
  DefinitionFacts,
  GalleryFacts,
  SourceFacts,
} from "../../domain/preflight/source-facts";
import { notChecked, problem } from "../../domain/problem";
import type { ProblemCode } from "../../domain/problem-catalogue";
import type { PublishRequest } from "../../domain/request/publish-request";
import { finalFault, type Patience } from "../settle";

/** What is known of a request's target and source when the further checks are made. */
export interface Looked extends Patience {
  request: PublishRequest;
  /** The version as Azure has it. */
  existing: ImageVersionState | undefined;
  /** Undefined when there is no such gallery, or it couldn't be read. */
  gallery: GalleryFacts | undefined;
  /** Undefined when there is no such definition, or it couldn't be read. */
  definition: DefinitionFacts | undefined;
  /** Undefined when it couldn't be read. */
  source: SourceFacts | undefined;
}

/**
 * A further look at Azure before the first write. Made once for each run, whatever the number of regions.
 * @throws {ArmError} when Azure doesn't answer
 */
export type Check = (looked: Looked) => Promise<Findings>;

/**
 * A check whose refusal by Azure doesn't stop a run but is told: what couldn't be looked at is no
 * success. Trouble that passes is thrown as ever, so that the run asks again; at the last try it's told.
 * @param at JSON path, code, and what it is that couldn't be checked, for people
 */
export async function unlessRefused(
  at: { path: string; code: ProblemCode; what: string; action: string },
  check: () => Promise<Findings>,
  patience: Patience,
): Promise<Findings> {
  try {
    return await check();
  } catch (error) {
    const { code, message } = finalFault(error, patience);
    const words = `${at.what} could not be checked: ${code}: ${message}`;
    return { problems: [], remarks: [notChecked(problem(at.path, at.code, words, at.action))] };
  }
}
