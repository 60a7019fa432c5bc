import { createPipelineRequest, RestError } from "@azure/core-rest-pipeline";
import { ArmError, keepErrorBodies, operationFault, orMissing } from "../../../src/azure/arm-error";
import type { Fault } from "../../../src/domain/fault";
import { armResponse, type Answer } from "../../support/fake-arm";

const request = createPipelineRequest({ url: "https://arm.test/x", method: "PUT" });
const send = (answer: Answer) =>
  keepErrorBodies.sendRequest(request, async () => armResponse(request, answer));

async function faultOf(answer: Answer): Promise<Fault> {
  try {
    await send(answer);
  } catch (error) {
    if (error instanceof ArmError) return error.fault;
    throw error;
  }
  throw new Error("the answer was taken for success");
}

test.each([200, 201, 202, 204])("the status %s passes through", async (status) => {
  expect((await send({ status, body: { a: 1 } })).status).toBe(status);
});

const inner = { code: "InvalidParameter", message: "no\r\n   at Line.Of(Stack)" };
test.each<[name: string, body: unknown, code: string, message: string]>([
  ["an error envelope", { error: inner }, inner.code, inner.message],
  ["a bare error", inner, inner.code, inner.message],
  [
    "JSON in a JSON text",
    JSON.stringify(JSON.stringify({ error: inner })),
    inner.code,
    inner.message,
  ],
  [
    "an envelope with its error as a text",
    { error: JSON.stringify(inner) },
    inner.code,
    inner.message,
  ],
  ["an error without a code", { error: { message: "no" } }, "Http400", "no"],
  ["an error without a message", { error: { code: "X" } }, "X", "HTTP 400 without a readable body"],
  ["plain text", "upstream says no", "Http400", "upstream says no"],
  ["a JSON text that is plain", '"no"', "Http400", "no"],
  ["a page", "<html>Bad gateway</html>", "Http400", "<html>Bad gateway</html>"],
  ["nothing", "", "Http400", "HTTP 400 without a readable body"],
  ["null", "null", "Http400", "HTTP 400 without a readable body"],
  ["a number", "7", "Http400", "HTTP 400 without a readable body"],
  ["a list", "[1]", "Http400", "HTTP 400 without a readable body"],
  [
    "a code that is no text",
    { error: { code: 7, message: ["no"] } },
    "Http400",
    "HTTP 400 without a readable body",
  ],
  [
    "details with holes",
    { error: { ...inner, details: [null, 7, {}] } },
    inner.code,
    inner.message,
  ],
])("%s is read as an error", async (_name, body, code, message) => {
  expect(await faultOf({ status: 400, body })).toMatchObject({ code, message, status: 400 });
});

test("a long page is cut, so that records stay small", async () => {
  expect((await faultOf({ status: 400, body: "x".repeat(9_000) })).message).toHaveLength(2_000);
});

test("codes in the details decide, as Compute hides its throttling there", async () => {
  const error = {
    code: "OperationNotAllowed",
    message: "The server rejected the request.",
    details: [{ code: "TooManyRequests", message: "…" }],
  };
  const headers = { "retry-after": "17" };
  expect(await faultOf({ status: 409, body: { error }, headers })).toMatchObject({
    advice: "transient",
    afterMs: 17_000,
  });
});

test.each([
  ["seconds", "17", 17_000],
  ["no number and no date", "soon", undefined],
  ["a date that has passed", "Tue, 24 Nov 2020 12:00:00 GMT", 0],
])("Retry-After may be %s", async (_name, header, afterMs) => {
  const fault = await faultOf({ status: 429, headers: { "retry-after": header } });
  expect(fault.afterMs).toBe(afterMs);
});

test("Retry-After may be a date to come", async () => {
  jest.useFakeTimers({ now: new Date("2026-11-24T12:00:00Z") });
  try {
    const headers = { "retry-after": "Tue, 24 Nov 2026 12:00:30 GMT" };
    expect((await faultOf({ status: 503, headers })).afterMs).toBe(30_000);
  } finally {
    jest.useRealTimers();
  }
});

test.each([
  [{ "x-ms-correlation-request-id": "c", "x-ms-request-id": "r" }, "c"],
  [{ "x-ms-request-id": "r" }, "r"],
  [{}, undefined],
])("the fault of %j has the id that support asks for", async (headers, correlationId) => {
  expect((await faultOf({ status: 400, headers })).correlationId).toBe(correlationId);
});

const failing = (error: Error) => keepErrorBodies.sendRequest(request, () => Promise.reject(error));
const abort = Object.assign(new Error("The operation was aborted."), { name: "AbortError" });

test.each([
  ["a reset", new RestError("read ECONNRESET", { code: "ECONNRESET" })],
  ["an answer that takes too long", abort],
])("%s is transient: the connection failed", async (_name, error) => {
  await expect(failing(error)).rejects.toMatchObject({
    name: "ArmError",
    fault: { code: "ConnectionFailed", advice: "transient" },
  });
});

test("a certificate that isn't trusted doesn't become so by waiting", async () => {
  const error = new RestError("self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  await expect(failing(error)).rejects.toMatchObject({
    fault: { code: "CertificateNotTrusted", advice: "operator" },
  });
});

test("a mistake that isn't Azure's stays what it is", async () => {
  await expect(failing(new TypeError("ours"))).rejects.toThrow(TypeError);
});

test.each<[name: string, error: unknown, code: string]>([
  ["an error", { code: "KeyVaultAccessForbidden", message: "grant" }, "KeyVaultAccessForbidden"],
  ["an error as a text", JSON.stringify({ error: { code: "X", message: "m" } }), "X"],
  ["an error with holes in its details", { code: "X", details: [null] }, "X"],
  ["no error", undefined, "OperationFailed"],
])("a failed operation with %s gives a fault", (_name, error, code) => {
  expect(operationFault(error)).toMatchObject({ code, action: expect.any(String) });
});

test("only a 404 means that something is missing", async () => {
  const error = (status: number) =>
    new ArmError({ code: "X", advice: "permanent", message: "", action: "", status });
  await expect(orMissing(Promise.resolve(7))).resolves.toBe(7);
  await expect(orMissing(Promise.reject(error(404)))).resolves.toBeUndefined();
  await expect(orMissing(Promise.reject(error(403)))).rejects.toThrow(ArmError);
  await expect(orMissing(Promise.reject(new Error("ours")))).rejects.toThrow("ours");
});
