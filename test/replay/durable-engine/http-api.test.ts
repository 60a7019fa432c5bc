/** What the recordings don't show of the Durable HTTP API: the strict host, and what it has not got. */
import { createDurableHarness, type DurableHarness } from "../../support/durable-harness";
import * as df from "durable-functions";
import type { OrchestrationContext } from "durable-functions";
import type { DurableHttpResponse } from "../../../src/local/durable-wire-v3/durable-http";

function register(): void {
  df.app.orchestration("fails", function* (context: OrchestrationContext) {
    yield context.df.callActivity("throws", {});
  });
  df.app.orchestration("waits", function* (context: OrchestrationContext) {
    return (yield context.df.waitForExternalEvent("go")) as object;
  });
  df.app.activity("throws", {
    handler: () => {
      throw new Error("no");
    },
  });
}

const JSON_TYPE = { "content-type": "application/json" };

function call(
  harness: DurableHarness,
  method: string,
  pathAndQuery: string,
  body = "",
): Promise<DurableHttpResponse> {
  const [path = "", query = ""] = pathAndQuery.split("?");
  const baseUrl = "http://127.0.0.1:7071/runtime/webhooks/durabletask/";
  const search = new URLSearchParams(query);
  return harness.host.handleHttp({
    method,
    path,
    query: search,
    headers: JSON_TYPE,
    body,
    baseUrl,
  });
}

let harness: DurableHarness;
beforeEach(() => {
  harness = createDurableHarness({ register });
});

test("an input that is no object is refused with a reason", async () => {
  const answer = await call(harness, "POST", "orchestrators/waits/w", "[1]");
  expect(answer.status).toBe(400);
  expect(answer.body).toMatch(/the input of 'waits' is no JSON object \(\[1\]\)/);
  expect((await call(harness, "GET", "instances/w")).status).toBe(404);
});

test("event data that is no object is refused with a reason", async () => {
  await call(harness, "POST", "orchestrators/waits/w", "{}");
  const answer = await call(harness, "POST", "instances/w/raiseEvent/go", '"text"');
  expect(answer.status).toBe(400);
  expect(answer.body).toMatch(/the input of the event 'go' is no JSON object/);
});

test("rewinding a failed instance is answered with 501 and a sentence", async () => {
  await call(harness, "POST", "orchestrators/fails/f", "{}");
  await harness.runToEnd("f");
  const answer = await call(harness, "POST", "instances/f/rewind?reason=again");
  expect(answer.status).toBe(501);
  expect(answer.body).toMatch(/Rewind is not supported by the local durable host/);
});

test.each(["GET", "POST"])(
  "%s of an entity is answered with 501 and a sentence",
  async (method) => {
    const answer = await call(harness, method, "entities/counter/k?op=add", "{}");
    expect(answer.status).toBe(501);
    expect(answer.body).toMatch(/Entities are not supported by the local durable host/);
  },
);

test("a list is given out page by page", async () => {
  for (const id of ["a", "b", "c"]) await call(harness, "POST", `orchestrators/waits/${id}`, "{}");
  const first = await call(harness, "GET", "instances/?top=2");
  expect((JSON.parse(first.body) as { instanceId: string }[]).map((i) => i.instanceId)).toEqual([
    "a",
    "b",
  ]);
  const second = await harness.host.handleHttp({
    method: "GET",
    path: "instances/",
    query: new URLSearchParams("top=2"),
    headers: { "x-ms-continuation-token": first.headers["x-ms-continuation-token"] },
    body: "",
    baseUrl: "http://127.0.0.1:1/",
  });
  expect((JSON.parse(second.body) as { instanceId: string }[]).map((i) => i.instanceId)).toEqual([
    "c",
  ]);
  expect(second.headers["x-ms-continuation-token"]).toBe("");
});

test.each(["GET nothing", "PUT instances/w", "POST orchestrators", "GET instances/%E0%A4%A"])(
  "%s is not found",
  async (request) => {
    const [method = "", path = ""] = request.split(" ");
    expect((await call(harness, method, path)).status).toBe(404);
  },
);

test("the client binding has all that the library asks for", () => {
  const binding = JSON.parse(
    harness.host.clientBinding({
      webhookBaseUrl: "http://127.0.0.1:7071/runtime/webhooks/durabletask",
      rpcBaseUrl: "http://127.0.0.1:17071/durabletask/",
    }).string ?? "",
  ) as Record<string, unknown>;
  expect(binding).toMatchObject({
    taskHubName: "TestHub",
    rpcBaseUrl: "http://127.0.0.1:17071/durabletask/",
    requiredQueryStringParameters: "code=test",
    managementUrls: {
      id: "INSTANCEID",
      statusQueryGetUri:
        "http://127.0.0.1:7071/runtime/webhooks/durabletask/instances/INSTANCEID?taskHub=TestHub&connection=AzureWebJobsStorage&code=test",
      suspendPostUri: expect.stringContaining("/instances/INSTANCEID/suspend?reason={text}&"),
    },
    creationUrls: {
      createNewInstancePostUri:
        "http://127.0.0.1:7071/runtime/webhooks/durabletask/orchestrators/{functionName}[/{instanceId}]?code=test",
    },
  });
});
