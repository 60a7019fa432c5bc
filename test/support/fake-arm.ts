import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import { ComputeManagementClient } from "@azure/arm-compute";
import type { ComputeClients } from "../../src/azure/compute-clients";
import { keepErrorBodies } from "../../src/azure/arm-error";

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** An answer of Resource Manager; a body that is a text goes out as it is. */
export function armResponse(request: PipelineRequest, answer: Answer): PipelineResponse {
  const { status, body, headers = {} } = answer;
  const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
  return {
    request,
    status,
    headers: createHttpHeaders({ "content-type": "application/json", ...headers }),
    bodyAsText: text,
  };
}

export interface SentRequest {
  method: string;
  url: URL;
  body: unknown;
}

/**
 * The real SDK client over a transport in memory: bodies are what would go over the wire, and what
 * it reads went through its own deserialiser.
 */
export function createFakeArm(answer: (request: SentRequest) => Answer) {
  const sent: SentRequest[] = [];
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      const body: unknown = typeof request.body === "string" ? JSON.parse(request.body) : undefined;
      const seen = { method: request.method, url: new URL(request.url), body };
      sent.push(seen);
      return armResponse(request, answer(seen));
    },
  };
  const credential = {
    getToken: async () => ({ token: "test", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
  };
  const clients: ComputeClients = (subscriptionId) =>
    new ComputeManagementClient(credential, subscriptionId, {
      endpoint: "https://arm.test",
      credentials: { scopes: ["https://arm.test/.default"] },
      httpClient,
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [{ policy: keepErrorBodies, position: "perCall" }],
    });
  return { clients, sent, httpClient };
}
