import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { plainText } from "../domain/plain-text";
import type { FunctionDependencies } from "./dependencies";
import { jsonResponse, problemResponse } from "./problem-response";
import { readStatement } from "./statement";

/** A sequence number of Service Bus is a 64-bit integer. */
const SEQUENCE_NUMBER = /^\d{1,19}$/;

/**
 * `POST /api/dead-letters/{sequenceNumber}/redrive`, with `{"who": …, "why": …}`: sends a dead letter back to the queue,
 * where it is admitted like any other message. 404 when there is none (any more), 409 while somebody else is at it.
 */
export function redriveDeadLetter({ deadLetters }: Pick<FunctionDependencies, "deadLetters">) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const statement = await readStatement(request);
    if ("refused" in statement) return statement.refused;
    const number = request.params["sequenceNumber"] ?? "";
    const none = problemResponse(404, "No such dead letter", `there is no dead letter "${number}"`);
    if (!SEQUENCE_NUMBER.test(number)) return none;
    try {
      switch (await deadLetters.sendBack(number)) {
        case "gone":
          return none;
        case "held":
          return problemResponse(409, "Held", "somebody else is at it just now; try again");
        case "sent": {
          const { who, why } = statement.said;
          context.log(
            `dead letter ${number} was sent back by ${plainText(who)}: ${plainText(why)}`,
          );
          return jsonResponse(202, { sequenceNumber: number, sentBack: statement.said });
        }
      }
    } catch (error) {
      context.error(`dead letter ${number} can't be sent back: ${plainText(String(error))}`);
      return problemResponse(503, "Try again", "Service Bus didn't answer; it is safe to repeat");
    }
  };
}
