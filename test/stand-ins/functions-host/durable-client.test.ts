import { cleanUp, eventually, send, startHost, type HostUnderTest } from "./host-under-test";

let host: HostUnderTest;

const start = (settings = {}): Promise<HostUnderTest> =>
  startHost({ app: "durable-client", args: ["--in-memory", "--master-key=m"], settings });

beforeAll(async () => {
  host = await start();
});
afterAll(cleanUp);

interface Status {
  name: string;
  runtimeStatus: string;
  output: unknown;
  customStatus?: unknown;
}
type Answer<T> = { result: T; error?: undefined } | { result?: undefined; error: string };

/** Calls the app's own client: the one of durable-functions. */
async function call<T>(name: string, ...args: unknown[]): Promise<Answer<T>> {
  const body = JSON.stringify({ call: name, args });
  const answer = await send(host.facts.url, { method: "POST", path: "/api/client", body });
  return JSON.parse(answer.body) as Answer<T>;
}

async function begin(name: string, instanceId: string, more = {}): Promise<void> {
  const options = { instanceId, input: {}, ...more };
  expect(await call("startNew", name, options)).toEqual({ result: instanceId });
}

const statusOf = async (id: string): Promise<Status | undefined> =>
  (await call<Status>("getStatus", id)).result;

async function reach(id: string, wanted: string): Promise<Status | undefined> {
  return eventually(
    () => statusOf(id),
    (status) => status?.runtimeStatus === wanted,
  );
}

/** The Durable HTTP API itself, as programs outside of the app see it. */
const raw = (method: string, path: string, body = "", headers = {}) =>
  send(host.facts.url, {
    method,
    path: `/runtime/webhooks/durabletask/${path}${path.includes("?") ? "&" : "?"}code=m`,
    body,
    headers,
  });

test("an instance is suspended, hears nothing meanwhile, is resumed and ends", async () => {
  await begin("waits", "steered");
  await reach("steered", "Running");
  expect(await call("suspend", "steered", "night")).toEqual({ result: null });
  expect(await reach("steered", "Suspended")).toMatchObject({ output: "night" });
  await call("raiseEvent", "steered", "go", { now: true });
  // Its event has been heard when this answer is there, as messages keep their order.
  expect((await raw("POST", "instances/steered/suspend?reason=x")).status).toBe(500);
  expect((await statusOf("steered"))?.runtimeStatus).toBe("Suspended");
  expect(await call("resume", "steered", "morning")).toEqual({ result: null });
  expect(await reach("steered", "Completed")).toMatchObject({
    output: { event: { now: true } },
    customStatus: { waitingFor: "go" },
  });
});

test("a start without input is taken, and the orchestrator gets the empty text as in Azure", async () => {
  expect(await call("startNew", "showsInput", { instanceId: "bare" })).toEqual({ result: "bare" });
  expect(await reach("bare", "Completed")).toMatchObject({ output: { input: "" } });
  expect((await raw("POST", "orchestrators/showsInput/bodiless")).status).toBe(202);
  expect(await reach("bodiless", "Completed")).toMatchObject({ output: { input: null } });
  const text = await call("startNew", "showsInput", { instanceId: "text", input: "text" });
  expect(text.error).toMatch(/is no JSON object/);
});

test("an instance that is terminated shows the reason, and its id is free again", async () => {
  await begin("waits", "ended");
  expect((await call("startNew", "waits", { instanceId: "ended", input: {} })).error).toMatch(
    /409.*already exists/,
  );
  await call("terminate", "ended", "enough");
  expect(await reach("ended", "Terminated")).toMatchObject({ output: "enough" });
  await begin("echoes", "ended", { input: { again: true } });
  expect(await reach("ended", "Completed")).toMatchObject({ output: { again: true } });
});

test.each([
  ["raiseEvent", ["go", {}]],
  ["terminate", ["x"]],
  ["suspend", ["x"]],
  ["resume", ["x"]],
])(
  "%s on an ended instance changes nothing, on an unknown one it fails",
  async (operation, args) => {
    await begin("echoes", `done-${operation}`);
    await reach(`done-${operation}`, "Completed");
    expect(await call(operation, `done-${operation}`, ...args)).toEqual({ result: null });
    expect((await call(operation, "nobody", ...args)).error).toMatch(/nobody|404/);
    const path = operation === "raiseEvent" ? "raiseEvent/go" : operation;
    const json = { "content-type": "application/json" };
    const ended = await raw("POST", `instances/done-${operation}/${path}`, "{}", json);
    const unknown = await raw("POST", `instances/nobody/${path}`, "{}", json);
    expect([ended.status, unknown.status]).toEqual([410, 404]);
  },
);

test("an instance is purged once it has ended, and not before", async () => {
  await begin("waits", "purged");
  await reach("purged", "Running");
  expect((await raw("DELETE", "instances/purged")).status).toBe(412);
  await call("terminate", "purged", "x");
  await reach("purged", "Terminated");
  expect(await call("purgeInstanceHistory", "purged")).toEqual({ result: { instancesDeleted: 1 } });
  expect(await call("purgeInstanceHistory", "purged")).toEqual({ result: { instancesDeleted: 0 } });
  expect((await raw("GET", "instances/purged")).status).toBe(404);
});

test("instances are listed and purged by status, time and prefix, page by page", async () => {
  const before = new Date().toISOString();
  for (const id of ["list-a", "list-b", "list-c"]) await begin("waits", id);
  await begin("echoes", "list-d");
  await reach("list-d", "Completed");
  for (const id of ["list-a", "list-b", "list-c"]) await reach(id, "Running");

  const running = await call<{ instanceId: string }[]>("getStatusBy", {
    createdTimeFrom: before,
    createdTimeTo: new Date(Date.now() + 1000).toISOString(),
    runtimeStatus: ["Running"],
  });
  expect(running.result?.map(({ instanceId }) => instanceId)).toEqual([
    "list-a",
    "list-b",
    "list-c",
  ]);
  const future = {
    createdTimeFrom: new Date(Date.now() + 60_000).toISOString(),
    runtimeStatus: [],
  };
  expect(await call("getStatusBy", future)).toEqual({ result: [] });

  const ids: string[] = [];
  let token: string | undefined = "";
  do {
    const page = await raw("GET", "instances?instanceIdPrefix=list-&top=3&showInput=false", "", {
      "x-ms-continuation-token": token,
    });
    const instances = JSON.parse(page.body) as { instanceId: string; input: unknown }[];
    expect(instances.length).toBeLessThanOrEqual(3);
    expect(instances.every(({ input }) => input === null)).toBe(true);
    ids.push(...instances.map(({ instanceId }) => instanceId));
    token = page.headers["x-ms-continuation-token"]?.toString();
  } while (token);
  expect(ids).toEqual(["list-a", "list-b", "list-c", "list-d"]);

  const filter = { createdTimeFrom: before, runtimeStatus: ["Completed"] };
  expect(await call("purgeInstanceHistoryBy", filter)).toEqual({ result: { instancesDeleted: 1 } });
  expect(await statusOf("list-d")).toBeUndefined();
  expect((await statusOf("list-a"))?.runtimeStatus).toBe("Running");
  expect((await raw("DELETE", "instances?runtimeStatus=Completed")).status).toBe(400);
});

test("history, inputs and outputs are shown when they are asked for", async () => {
  await begin("echoes", "shown", { input: { secret: 1 } });
  await reach("shown", "Completed");
  const show = async (query: string) =>
    JSON.parse((await raw("GET", `instances/shown?${query}`)).body);
  expect(await show("showInput=false")).toMatchObject({ input: null });
  expect(await show("")).toMatchObject({ input: { secret: 1 } });
  expect(await show("")).not.toHaveProperty("historyEvents");
  const { historyEvents } = await show("showHistory=true&showHistoryOutput=true");
  expect(historyEvents).toMatchObject([
    { EventType: "ExecutionStarted", FunctionName: "echoes" },
    { EventType: "TaskCompleted", FunctionName: "echo", Result: { secret: 1 } },
    { EventType: "ExecutionCompleted", OrchestrationStatus: "Completed" },
  ]);
});

test("a failed instance is answered 200, or 500 where that is asked for", async () => {
  await begin("fails", "failed");
  expect(await reach("failed", "Failed")).toMatchObject({
    output: expect.stringContaining("no luck"),
  });
  const status = async (query: string) => (await raw("GET", `instances/failed?${query}`)).status;
  expect(await status("")).toBe(200);
  expect(await status("returnInternalServerErrorOnFailure=true")).toBe(500);
});

test("an ended instance is restarted under a new id, or under its own", async () => {
  await begin("echoes", "first", { input: { n: 1 } });
  await reach("first", "Completed");
  const answer = await raw("POST", "instances/first/restart");
  expect(answer.status).toBe(202);
  const { id } = JSON.parse(answer.body) as { id: string };
  expect(id).not.toBe("first");
  expect(await reach(id, "Completed")).toMatchObject({ output: { n: 1 } });
  const same = await raw("POST", "instances/first/restart?restartWithNewInstanceId=false");
  expect(JSON.parse(same.body)).toMatchObject({ id: "first" });
  expect((await raw("POST", "instances/nobody/restart")).status).toBe(400);
});

test("a start waits for the end where that is asked for", async () => {
  const done = await raw("POST", "orchestrators/echoes?timeout=10&pollingInterval=1", '{"n":1}');
  expect(done).toMatchObject({ status: 200, body: '{"n":1}' });
  const going = await raw("POST", "orchestrators/waits/slow?timeout=0&pollingInterval=1", "{}");
  expect(going.status).toBe(202);
});

test("an orchestration gets the default version of host.json, and so does its child", async () => {
  await begin("tellsVersion", "plain");
  const own = { version: "2.0", child: { version: "2.0" } };
  expect(await reach("plain", "Completed")).toMatchObject({ output: own });
  await begin("tellsVersion", "older", { version: "1.0" });
  const older = { version: "1.0", child: { version: "2.0" } };
  expect(await reach("older", "Completed")).toMatchObject({ output: older });
});

test("a version that the host doesn't take waits where host.json says Reject", async () => {
  const key = "AzureFunctionsJobHost__extensions__durableTask__version";
  const first = host;
  host = await start({ [`${key}MatchStrategy`]: "Strict", [`${key}FailureStrategy`]: "Reject" });
  await begin("echoes", "other", { version: "1.0" });
  await begin("echoes", "mine", { version: "2.0" });
  await reach("mine", "Completed");
  expect((await statusOf("other"))?.runtimeStatus).toBe("Pending");
  await host.end("SIGKILL");
  host = first;
});

test.each([
  ["callsNobody", /The function 'nobody' doesn't exist.*wait for it for ever/],
  ["callsTwice", /yielded again, in another Task\.any.*574/],
  ["retriesTooLong", /retryTimeoutInMilliseconds.*629/],
  ["passesText", /the input of 'echo' is no JSON object.*Wrap it in an object/],
  ["saysTooMuch", /must not exceed 16 KB/],
  ["asksForVersion", /version '9\.0' is newer than the host's defaultVersion '2\.0'.*for ever/],
  ["asksForHttp", /callHttp is not supported/],
  ["asksForEntity", /Calling an entity \(callEntity\) is not supported/],
  ["signalsEntity", /Signalling an entity \(signalEntity\) is not supported/],
])("the trap of %s fails the instance and is named", async (name, sentence) => {
  await begin(name, name);
  if (name === "callsTwice") await call("raiseEvent", name, "go", {});
  expect(await reach(name, "Failed")).toMatchObject({ output: expect.stringMatching(sentence) });
});

test.each([
  ["a text as input", "orchestrators/echoes", '"text"', 400, /no JSON object/],
  ["a number as an event", "instances/slow2/raiseEvent/go", "7", 400, /no JSON object/],
  ["an entity", "entities/counter/one?op=add", "{}", 501, /Entities are not supported/],
])("%s from outside is refused with a sentence", async (_, path, body, status, sentence) => {
  await raw("POST", "orchestrators/waits/slow2", "{}");
  const answer = await raw("POST", path, body, { "content-type": "application/json" });
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: expect.stringMatching(sentence),
  });
});

test("rewinding is refused with a sentence", async () => {
  await begin("fails", "rewound");
  await reach("rewound", "Failed");
  const answer = await raw("POST", "instances/rewound/rewind?reason=x");
  expect(answer).toMatchObject({ status: 501, body: expect.stringContaining("Rewind is not") });
});
