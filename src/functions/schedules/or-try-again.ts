import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { plainText } from "../../domain/plain-text";
import { problemResponse } from "../problem-response";

type Handler = (request: HttpRequest, context: InvocationContext) => Promise<HttpResponseInit>;

/** 503 when storage, Service Bus or Azure's sign-in don't answer: the reason is in the log only. */
export const orTryAgain =
  (handler: Handler): Handler =>
  async (request, context) => {
    try {
      return await handler(request, context);
    } catch (error) {
      const id = plainText(request.params["id"] ?? "", 60);
      context.error(`schedule ${id}: ${plainText(String(error))}`);
      const detail = "storage, Service Bus or Azure didn't answer; it is safe to repeat";
      return problemResponse(503, "Try again", detail);
    }
  };
