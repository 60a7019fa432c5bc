import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { plainText } from "../domain/plain-text";
import { documentPaths } from "../domain/run/document-paths";
import type { FunctionDependencies } from "./dependencies";
import { isSequenceNumber } from "./list-dead-letters";
import { tryAgain } from "./or-try-again";
import { jsonResponse, problemResponse } from "./problem-response";
import { readStatement } from "./statement";

/**
 * `POST /api/dead-letters/{sequenceNumber}/redrive`, with `{"who": …, "why": …}`: sends a dead letter back to the queue,
 * where it is admitted like any other message. 404 when there is none (any more), 409 while somebody else is at it. What
 * is said is kept before anything is done, in a document of its own: a dead letter has no entry in the ledger.
 */
export function redriveDeadLetter({
  deadLetters,
  documents,
  now,
}: Pick<FunctionDependencies, "deadLetters" | "documents" | "now">) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const statement = await readStatement(request);
    if ("refused" in statement) return statement.refused;
    const number = request.params["sequenceNumber"] ?? "";
    const none = problemResponse(404, "No such dead letter", `there is no dead letter "${number}"`);
    if (!isSequenceNumber(number)) return none;
    try {
      const at = now().toISOString();
      const said = { sequenceNumber: number, ...statement.said, at };
      const path = documentPaths.deadLetterRedrive(number, at);
      await documents.write(path, said);
      const result = await deadLetters.sendBack(number);
      await documents.write(path, { ...said, result });
      switch (result) {
        case "gone":
          return none;
        case "held":
          return problemResponse(409, "Held", "somebody else is at it just now; try again");
        case "sent":
          return jsonResponse(202, { sequenceNumber: number, sentBack: statement.said });
      }
    } catch (error) {
      context.error(`dead letter ${number} can't be sent back: ${plainText(String(error))}`);
      return tryAgain("Service Bus or storage didn't answer; it is safe to repeat");
    }
  };
}
