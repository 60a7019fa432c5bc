import { join } from "node:path";
import { cleanUp, eventually, send, startHost, type HostUnderTest } from "./host-under-test";

let host: HostUnderTest;
const FUNCTION_KEY = "the-function-key";
const MASTER_KEY = "the-master-key";

beforeAll(async () => {
  host = await startHost({
    app: "http-front",
    args: ["--in-memory", "--function-key", FUNCTION_KEY, "--master-key", MASTER_KEY],
    settings: {
      "AzureWebJobs.switchedOff.Disabled": "true",
      languageWorkers__node__arguments: "--no-deprecation --title=app",
    },
  });
});
afterAll(cleanUp);

const ask = (path: string, more: Omit<Parameters<typeof send>[1], "path"> = {}) =>
  send(host.facts.url, { path, ...more });

const json = async (path: string, more: Omit<Parameters<typeof send>[1], "path"> = {}) =>
  JSON.parse((await ask(path, more)).body);

test("the ready line names the keys it was given and the functions of the app", () => {
  expect(host.facts).toMatchObject({
    url: `http://127.0.0.1:${host.facts.port}`,
    functionsKey: FUNCTION_KEY,
    masterKey: MASTER_KEY,
  });
  expect(host.facts.functions).toEqual(expect.arrayContaining(["echo", "item", "guarded"]));
});

test.each([
  ["an unknown path", "GET", "/v1/nowhere"],
  ["a path without the prefix", "GET", "/echo"],
  ["a wrong method", "DELETE", "/v1/echo"],
  ["HEAD on a GET route", "HEAD", "/v1/echo"],
  ["OPTIONS", "OPTIONS", "/v1/echo"],
  ["a route value that isn't what its constraint asks for", "GET", "/v1/counted/many"],
  ["a route value beyond its bound", "GET", "/v1/counted/0"],
  ["a function that is switched off", "GET", "/v1/switchedOff"],
])("%s is answered 404 without a body", async (_, method, path) => {
  const answer = await ask(path, { method });
  expect(answer).toMatchObject({ status: 404, body: "" });
  expect(answer.headers["content-length"]).toBe("0");
});

test("a request arrives whole: URL, method, joined headers and query values, body", async () => {
  const answer = await json("/V1/Echo/?a=1&a=2&b=x%20y", {
    method: "POST",
    headers: { host: "proxy.example:80", "x-repeated": ["1", "2"], "x-forwarded-host": "other" },
    body: "text",
  });
  expect(answer).toEqual({
    url: "http://proxy.example/V1/Echo/?a=1&a=2&b=x%20y",
    method: "POST",
    params: {},
    query: { a: "1,2", b: "x y" },
    repeated: "1,2",
    body: "text",
  });
  expect(await json("/v1/echo", { method: "POST" })).toMatchObject({ body: null });
});

test.each([
  ["/v1/items/7", { params: { id: "7" } }],
  ["/v1/items/7/lid", { params: { id: "7", part: "lid" } }],
  ["/v1/items/newest", { name: "newest", params: {} }],
  ["/v1/items/seven", { name: "named", params: { name: "seven" } }],
  ["/v1/items/a%2Fb", { name: "named", params: { name: "a%2Fb" } }],
  ["/v1/pages", { params: { number: "1" } }],
  ["/v1/pages/4/", { params: { number: "4" } }],
  ["/v1/files", { params: {} }],
  ["/v1/files/a/b.txt", { params: { path: "a/b.txt" } }],
])("%s goes to the most specific route", async (path, answer) => {
  expect(await json(path)).toMatchObject(answer);
});

test.each([
  ["guarded", undefined, 401],
  ["guarded", "wrong", 401],
  ["guarded", FUNCTION_KEY, 200],
  ["guarded", MASTER_KEY, 200],
  ["owner", undefined, 401],
  ["owner", FUNCTION_KEY, 401],
  ["owner", MASTER_KEY, 200],
])("the function %s with the key %s is answered %i", async (name, key, status) => {
  const byQuery = await ask(`/v1/${name}${key === undefined ? "" : `?code=${key}`}`);
  const byHeader = await ask(`/v1/${name}`, {
    headers: key === undefined ? {} : { "x-functions-key": key },
  });
  for (const answer of [byQuery, byHeader]) {
    expect(answer.status).toBe(status);
    expect(answer.body).toBe(status === 200 ? name : "");
    expect(answer.headers["www-authenticate"]).toBeUndefined();
  }
});

test.each([
  ["GET", "/admin/host/ping", undefined, 200],
  ["GET", "/admin/host/status", undefined, 401],
  ["GET", "/admin/host/status", FUNCTION_KEY, 403],
  ["GET", "/admin/host/status", MASTER_KEY, 200],
  ["POST", "/admin/functions/nobody", MASTER_KEY, 404],
  ["POST", "/admin/functions/switchedOff", MASTER_KEY, 400],
  ["POST", "/admin/functions/echo", MASTER_KEY, 400],
  ["POST", "/admin/functions/echo/other", MASTER_KEY, 404],
  ["GET", "/admin/functions/echo/status", MASTER_KEY, 200],
  ["GET", "/admin/nothing", MASTER_KEY, 404],
  ["GET", "/runtime/webhooks/durabletask/instances/x", undefined, 401],
  ["GET", "/runtime/webhooks/durabletask/instances/x", FUNCTION_KEY, 403],
  ["GET", "/runtime/webhooks/durabletask/instances/x", MASTER_KEY, 404],
  ["GET", "/runtime/webhooks/other", MASTER_KEY, 404],
])("%s %s with the key %s is answered %i", async (method, path, key, status) => {
  const answer = await ask(path, {
    method,
    headers: key === undefined ? {} : { "x-functions-key": key },
    body: method === "POST" ? '{"input":""}' : "",
  });
  expect(answer.status).toBe(status);
  expect(answer.headers["www-authenticate"]).toBe(status === 401 ? "Bearer" : undefined);
});

test("the host says that it is running", async () => {
  const status = await json("/admin/host/status", { headers: { "x-functions-key": MASTER_KEY } });
  expect(status).toMatchObject({ state: "Running", id: expect.any(String) });
});

test.each([
  ["throws", 500, ""],
  ["returnsText", 500, ""],
  ["returnsEmpty", 200, ""],
  ["returnsNothing", 204, ""],
  ["text", 201, "text"],
])("the function %s is answered %i", async (name, status, body) => {
  expect(await ask(`/v1/${name}`)).toMatchObject({ status, body });
});

test.each(["brokenCookie", "brokenStatus"])(
  "an answer that HTTP has no form for (%s) is 500, and the host goes on",
  async (name) => {
    expect(await ask(`/v1/${name}`)).toMatchObject({ status: 500, body: "" });
    expect(await ask("/v1/text")).toMatchObject({ status: 201 });
  },
);

test("a text has its content type, bytes stay bytes", async () => {
  expect((await ask("/v1/text")).headers["content-type"]).toBe("text/plain;charset=UTF-8");
  const bytes = await (await fetch(`${host.facts.url}/v1/bytes`)).arrayBuffer();
  expect(Buffer.from(bytes)).toEqual(Buffer.from([0, 255, 10]));
});

test("cookies are written with their attributes in Azure's order", async () => {
  expect((await ask("/v1/cookies")).headers["set-cookie"]).toEqual([
    "plain=a%20b; path=/",
    "full=1; expires=Tue, 01 Jan 2030 00:00:00 GMT; max-age=60; domain=example.com; path=/p; secure; samesite=lax; httponly",
  ]);
});

test("a request over the limit is answered 429, one over the time limit 500", async () => {
  const first = [ask("/v1/waits"), ask("/v1/waits"), ask("/v1/waits")];
  const refused = await eventually(
    () => ask("/v1/returnsEmpty"),
    ({ status }) => status === 429,
  );
  expect(refused.headers["x-functions-scaleout"]).toBeUndefined();
  expect(refused.headers["x-function-scaleout"]).toBe("1");
  const answers = await Promise.all(first);
  expect(answers.map(({ status }) => status)).toEqual([500, 500, 500]);
  expect(await ask("/v1/returnsEmpty")).toMatchObject({ status: 200 });
});

test("an app is told its address and that it runs in development, in its folder, with Node's options of its settings", async () => {
  expect(await json("/v1/environment")).toEqual({
    host: `127.0.0.1:${host.facts.port}`,
    environment: "Development",
    nodeOptions: ["--no-deprecation", "--title=app"],
    directory: join(__dirname, "../../fixtures/functions-apps/http-front"),
  });
});

test("a request under way is answered before the host ends", async () => {
  await ask("/v1/release");
  const waiting = ask("/v1/waits");
  await eventually(
    async () => (await json("/v1/release?afterMs=200")).count,
    (count) => count === 1,
  );
  const ended = host.end("SIGTERM");
  expect(await waiting).toMatchObject({ status: 200, body: "waited" });
  expect(await ended).toBe(0);
});
