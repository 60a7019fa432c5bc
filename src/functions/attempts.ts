import type { InvocationContext } from "@azure/functions";
import { plainText } from "../domain/plain-text";

const LONGEST_ERROR = 1_000;

/** Pieces of work of which each is done whatever became of the others. */
export interface Attempts {
  /** What the work throws is told at once, under the name of what was tried. */
  at(what: string, work: () => Promise<void>): Promise<void>;
  /** @throws when anything has thrown: the host shows the invocation as failed. */
  end(): void;
}

export function attempts(context: Pick<InvocationContext, "error">): Attempts {
  const failed: string[] = [];
  return {
    async at(what, work) {
      try {
        await work();
      } catch (error) {
        failed.push(what);
        context.error(`${what}: ${plainText(String(error), LONGEST_ERROR)}`);
      }
    },
    end() {
      const [first, ...others] = failed;
      if (first === undefined) return;
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      throw new Error(`failed at ${first}${more}; each is told above, and is tried again`);
    },
  };
}
