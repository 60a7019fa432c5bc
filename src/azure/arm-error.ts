import type { PipelinePolicy, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { isRestError } from "@azure/core-rest-pipeline";
import type { Fault } from "../domain/fault";
import { classify, type ErrorFacts } from "./error-table";

/** An answer of Resource Manager that isn't success, as a fault. Only lives inside an activity. */
export class ArmError extends Error {
  override name = "ArmError";
  constructor(readonly fault: Fault) {
    super(`${fault.code}: ${fault.message}`);
  }
}

/**
 * Turns every unsuccessful answer into an `ArmError` before the SDK sees it: the SDK's own error
 * drops the body, and with it Azure's code, text and details.
 */
export const keepErrorBodies: PipelinePolicy = {
  name: "keepErrorBodies",
  async sendRequest(request, next) {
    let response: PipelineResponse;
    try {
      response = await next(request);
    } catch (error) {
      const broken = connectionFault(error, request);
      if (broken === undefined) throw error;
      throw new ArmError(broken);
    }
    if (response.status < 400) return response;
    throw new ArmError(responseFault(response));
  },
};

/** Fault of a call that got no answer; undefined when it isn't about the connection. */
function connectionFault(error: unknown, request: PipelineRequest): Fault | undefined {
  const where = `${request.method} ${new URL(request.url).host}`;
  if (error instanceof Error && error.name === "AbortError")
    return toFault({
      code: "ConnectionFailed",
      message: `${where}: no answer within ${request.timeout} ms`,
      detailCodes: [],
    });
  if (!isRestError(error) || error.statusCode !== undefined) return undefined;
  const untrusted = /CERT|SIGNATURE|ISSUER|SELF_SIGNED|ALTNAME/.test(error.code ?? "");
  return toFault({
    code: untrusted ? "CertificateNotTrusted" : "ConnectionFailed",
    message: `${where}: ${error.message}`,
    detailCodes: [],
  });
}

/** Fault of an HTTP answer with status 400 or more. */
function responseFault(response: PipelineResponse): Fault {
  const { headers, status } = response;
  const body = parseErrorBody(response.bodyAsText ?? "");
  const retryAfterMs = retryAfter(headers.get("retry-after"));
  const found = toFault({
    status,
    code: body.code ?? `Http${status}`,
    message: body.message ?? `HTTP ${status} without a readable body`,
    detailCodes: body.detailCodes,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  const correlationId =
    headers.get("x-ms-correlation-request-id") ?? headers.get("x-ms-request-id");
  return correlationId === undefined ? found : { ...found, correlationId };
}

/** Fault of the `error` member of an operation that ended Failed. */
export function operationFault(error: unknown): Fault {
  const body = readError(error);
  return toFault({
    code: body.code ?? "OperationFailed",
    message: body.message ?? "the operation failed and gave no reason",
    detailCodes: body.detailCodes,
  });
}

function toFault(facts: ErrorFacts): Fault {
  return {
    code: facts.code,
    message: facts.message,
    ...classify(facts),
    ...(facts.status === undefined ? {} : { status: facts.status }),
  };
}

interface ErrorBody {
  code?: string;
  message?: string;
  detailCodes: string[];
}

/** Error bodies come as `{"error": {…}}`, bare, and as JSON inside a JSON string. */
function parseErrorBody(text: string): ErrorBody {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "string") return parseErrorBody(parsed);
    const outer = parsed as { error?: unknown } | null;
    return readError(outer?.error ?? outer);
  } catch {
    return text === "" ? { detailCodes: [] } : { message: text.slice(0, 2000), detailCodes: [] };
  }
}

function readError(value: unknown): ErrorBody {
  if (typeof value === "string") return parseErrorBody(value);
  if (typeof value !== "object" || value === null) return { detailCodes: [] };
  const error = value as { code?: unknown; message?: unknown; details?: unknown };
  const details = Array.isArray(error.details) ? (error.details as unknown[]) : [];
  return {
    ...(typeof error.code === "string" ? { code: error.code } : {}),
    ...(typeof error.message === "string" ? { message: error.message } : {}),
    detailCodes: details.flatMap((detail) => {
      const { code } = (detail ?? {}) as { code?: unknown };
      return typeof code === "string" ? [code] : [];
    }),
  };
}

/** `Retry-After` in milliseconds; seconds or an HTTP date. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const value = Number(header);
  if (Number.isFinite(value)) return value * 1000;
  const time = Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.max(0, time - Date.now());
}

/** The answer, or undefined when the resource isn't there. */
export async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ArmError && error.fault.status === 404) return undefined;
    throw error;
  }
}
