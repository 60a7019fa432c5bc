import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { plainText } from "../domain/plain-text";
import { problem, type Problem } from "../domain/problem";
import { problemResponse } from "./problem-response";

/** A handler as Functions calls it: `Given` is what stands before its context. */
export type Throwing<Given extends unknown[]> = (
  request: HttpRequest,
  ...given: [...Given, InvocationContext]
) => Promise<HttpResponseInit>;

/**
 * 503 where a handler throws because storage, the durable store, Service Bus or Azure's sign-in don't answer, and 500
 * where the mistake is ours; the reason is in the log only.
 * @param name of the function, for the log
 * @param first what whoever is answered 503 is to do before the same again
 */
export const orTryAgain =
  <Given extends unknown[]>(
    name: string,
    handler: Throwing<Given>,
    first = "it is safe to repeat",
  ): Throwing<Given> =>
  async (request, ...given) => {
    try {
      return await handler(request, ...given);
    } catch (error) {
      const context = given.at(-1) as InvocationContext;
      const id = plainText(Object.values(request.params).join(" "), LONGEST_ID);
      const isOurs = error instanceof Error && OURS.has(error.name);
      const reason = isOurs ? (error.stack ?? String(error)) : String(error);
      context.error(`${name} ${id}: ${plainText(reason)}`);
      return isOurs
        ? problemResponse(500, "Unexpected", MISTAKE.message, { problems: [MISTAKE] })
        : tryAgain(`storage, Service Bus or Azure didn't answer; ${first}`);
    }
  };

/** 503 with a code for scripts. */
export const tryAgain = (detail: string, members: Record<string, unknown> = {}): HttpResponseInit =>
  problemResponse(503, "Try again", detail, {
    ...members,
    problems: [problem("$", "TryAgain", detail, "send the same again, a little later")],
  });

const LONGEST_ID = 60;

/**
 * What JavaScript throws at mistakes of a program, also by way of Node. By name, for what SDKs throw while a service is
 * away has no class in common.
 */
const OURS: ReadonlySet<string> = new Set([
  ...["TypeError", "RangeError", "ReferenceError", "SyntaxError", "URIError"],
]);

const MISTAKE: Problem = problem(
  "$",
  "Unexpected",
  "a mistake in the app, or in what it has stored; its log says which",
  "report it with the time; nothing says that a repetition ends otherwise",
);
