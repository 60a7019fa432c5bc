import type { InvocationContext } from "@azure/functions";
import { plainText } from "../domain/plain-text";
import type { FunctionDependencies } from "./dependencies";

/** So many are counted; whoever has more needs no number. */
const MOST = 100;

/**
 * A line for programs while there are dead letters: nothing else tells of them, because they never came as far as the
 * ledger. Service Bus that is away isn't the look's business.
 */
export async function tellDeadLetters(
  { deadLetters, log, now }: Pick<FunctionDependencies, "deadLetters" | "log" | "now">,
  context: Pick<InvocationContext, "warn">,
): Promise<void> {
  try {
    const found = await deadLetters.peek(MOST);
    const [oldest] = found;
    if (oldest === undefined) return;
    const { enqueuedAt } = oldest;
    log({
      ...{ event: "deadLetters", time: now().toISOString(), count: found.length },
      ...(enqueuedAt === undefined ? {} : { oldest: enqueuedAt }),
    });
  } catch (error) {
    context.warn(`the dead letters can't be counted: ${plainText(String(error))}`);
  }
}
