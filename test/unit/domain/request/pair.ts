import type { RequestRules } from "../../../../src/domain/request/parse-request";

/** A mistake in the customer's first example, and what isn't one. */
export interface Pair {
  /** Where the member stands; the whole request when empty. */
  path?: readonly (string | number)[];
  wrong: unknown;
  /** Differs in that one fact. */
  right: unknown;
  /** The code's own problem; others may follow from the same mistake. */
  at: string;
  /** Where the configuration isn't that of the tests. */
  rules?: Partial<RequestRules>;
}
