import type { ClientOperations } from "../durable-engine/client-operations";
import type { DurableEngine } from "../durable-engine/engine";
import type { Instance } from "../durable-engine/model";
import type { DurableHttpRequest, DurableHttpResponse } from "./durable-http";
import { json } from "./http-answers";
import { managementLinks, WEBHOOK_PATH, type LinkOptions } from "./management-links";

/** What the routes of the API work on. */
export interface HttpContext {
  engine: DurableEngine;
  client: ClientOperations;
  links: LinkOptions;
}

/** The answer to a start: accepted, with the links to follow. */
export function startedAnswer(
  context: HttpContext,
  request: DurableHttpRequest,
  instance: Instance,
): DurableHttpResponse {
  const webhookBaseUrl = new URL(request.baseUrl).origin + WEBHOOK_PATH;
  const { statusQueryGetUri, ...others } = managementLinks(
    webhookBaseUrl,
    instance.id,
    context.links,
  );
  // The answer to a start has no link for rewinding.
  const links = Object.entries({ statusQueryGetUri, ...others }).filter(
    ([name]) => name !== "rewindPostUri",
  );
  return json(202, Object.fromEntries(links), {
    location: statusQueryGetUri,
    "retry-after": "10",
  });
}
