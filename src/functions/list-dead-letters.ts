import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { DeadLetter, DeadLetters } from "../azure/dead-letters";
import { plainText } from "../domain/plain-text";
import type { FunctionDependencies } from "./dependencies";
import { tryAgain } from "./or-try-again";
import { jsonResponse, problemResponse } from "./problem-response";

/** As many as a page shows; each is shown with a piece of its body. */
const PAGE = 50;
/** Of Service Bus: a 64-bit integer with a sign. */
const LAST_SEQUENCE_NUMBER = 2n ** 63n - 1n;

/** True for what Service Bus could have given to a message. */
export const isSequenceNumber = (text: string): boolean =>
  /^\d{1,19}$/.test(text) && BigInt(text) <= LAST_SEQUENCE_NUMBER;

/** Dead letters, the oldest first. */
export interface DeadLetterPage {
  items: object[];
  /** Where the next page is, when there are more. */
  next?: string;
}

/** @throws when Service Bus doesn't answer in time */
export async function deadLetterPage(
  deadLetters: Pick<DeadLetters, "peek">,
  from?: string,
): Promise<DeadLetterPage> {
  const letters = await deadLetters.peek(PAGE, from);
  const last = letters.at(-1);
  // Service Bus may give fewer than it has: only a look behind the last tells the end.
  const [more] =
    last === undefined ? [] : await deadLetters.peek(1, String(BigInt(last.sequenceNumber) + 1n));
  return {
    items: letters.map((letter) => ({ ...letter, links: linksOf(letter) })),
    ...(more === undefined ? {} : { next: `/api/dead-letters?from=${more.sequenceNumber}` }),
  };
}

/** `GET /api/dead-letters`: requests that couldn't even be recorded, the oldest first; `from` a sequence number on. */
export function listDeadLetters({ deadLetters }: Pick<FunctionDependencies, "deadLetters">) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const from = request.query.get("from") ?? undefined;
    if (from !== undefined && !isSequenceNumber(from))
      return problemResponse(400, "Invalid query", "from is the sequence number of a dead letter");
    try {
      const { items, next } = await deadLetterPage(deadLetters, from);
      return jsonResponse(200, { items, ...(next === undefined ? {} : { links: { next } }) });
    } catch (error) {
      context.error(`the dead-letter queue can't be read: ${plainText(String(error))}`);
      return tryAgain("Service Bus didn't answer; it is safe to repeat");
    }
  };
}

const linksOf = ({ sequenceNumber }: DeadLetter) => ({
  redrive: `/api/dead-letters/${sequenceNumber}/redrive`,
});
