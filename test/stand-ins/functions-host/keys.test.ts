import {
  cleanUp,
  newDirectory,
  send,
  startHost,
  type HostUnderTest,
  type RawAnswer,
} from "./host-under-test";

let host: HostUnderTest;
const state = newDirectory();

function start(): Promise<HostUnderTest> {
  return startHost({
    app: "http-front",
    args: ["--state", state, "--master-key=m", "--function-key=f"],
    settings: { "AzureWebJobs.switchedOff.Disabled": "true" },
  });
}

beforeAll(async () => {
  host = await start();
});
afterAll(cleanUp);

const ask = (path: string, key: string, method = "GET", body = ""): Promise<RawAnswer> =>
  send(host.facts.url, { path, method, body, headers: { "x-functions-key": key } });

const statusOf = async (path: string, key: string): Promise<number> =>
  (await ask(path, key)).status;

test("a function's own key opens it and no other function, and nothing of the host", async () => {
  const made = await ask("/admin/functions/Guarded/keys/mobile", "m", "POST");
  expect(made.status).toBe(201);
  const { name, value, links } = JSON.parse(made.body);
  expect({ name, links }).toEqual({
    name: "mobile",
    links: [{ rel: "self", href: `${host.facts.url}/admin/functions/Guarded/keys/mobile` }],
  });
  expect(await statusOf("/v1/guarded", value)).toBe(200);
  expect(await statusOf("/v1/alsoGuarded", value)).toBe(401);
  expect(await statusOf("/admin/host/status", value)).toBe(401);
});

test("a host key opens all functions until it is removed", async () => {
  const path = "/admin/host/functionkeys/partner";
  expect((await ask(path, "m", "PUT", '{"name":"partner","value":"p"}')).status).toBe(201);
  expect((await ask(path, "m", "PUT", '{"value":"p2"}')).status).toBe(200);
  expect(await statusOf("/v1/guarded", "p")).toBe(401);
  expect(await statusOf("/v1/alsoGuarded", "p2")).toBe(200);
  const { keys } = JSON.parse((await ask("/admin/host/keys", "m")).body);
  expect(keys).toEqual([
    { name: "default", value: "f" },
    { name: "partner", value: "p2" },
  ]);
  expect(await ask(path, "m", "DELETE")).toMatchObject({ status: 204, body: "" });
  expect((await ask(path, "m", "DELETE")).status).toBe(404);
  expect(await statusOf("/v1/alsoGuarded", "p2")).toBe(401);
});

test("each extension has a system key of its own, and another's doesn't open the durable API", async () => {
  const durable = JSON.parse(
    (await ask("/admin/host/systemkeys/durabletask_extension", "m")).body,
  ).value;
  await ask("/admin/host/systemkeys/other_extension", "m", "PUT", '{"value":"o"}');
  const path = "/runtime/webhooks/durabletask/instances/x";
  expect(await statusOf(path, durable)).toBe(404);
  expect(await statusOf(path, "o")).toBe(403);
  expect(await statusOf("/v1/guarded", durable)).toBe(401);
});

test("links to an orchestration are good whatever characters the key has", async () => {
  const key = "a&b=c d+e/f#g%41?{text}";
  const path = "/admin/host/systemkeys/durabletask_extension";
  await ask(path, "m", "PUT", JSON.stringify({ value: key }));
  const begun = await ask("/runtime/webhooks/durabletask/orchestrators/nobody/linked", key, "POST");
  expect(begun.status).toBe(202);
  const { statusQueryGetUri } = JSON.parse(begun.body);
  expect(begun.headers["location"]).toBe(statusQueryGetUri);
  const shown = await fetch(statusQueryGetUri);
  expect(await shown.json()).toMatchObject({ instanceId: "linked" });
});

test.each([
  ["GET", "/admin/functions/nobody/keys", "", 404],
  ["POST", "/admin/functions/nobody/keys/k", "", 404],
  ["GET", "/admin/host/functionkeys/none", "", 404],
  ["GET", "/admin/host/functionkeys/constructor", "", 404],
  ["PUT", "/admin/host/functionkeys/k", "no JSON", 400],
  ["PUT", "/admin/host/functionkeys/k", '{"value":7}', 400],
  ["PUT", "/admin/host/functionkeys/k", '{"value":""}', 400],
  ["PUT", "/admin/host/systemkeys/durabletask_extension", '{"value":"schlüssel€"}', 400],
  ["PUT", "/admin/host/systemkeys/durabletask_extension", '{"value":"a\\r\\nb"}', 400],
  ["DELETE", "/admin/host/systemkeys/_master", "", 400],
  ["POST", "/admin/host/keys", "", 404],
  ["GET", "/admin/host/otherkeys", "", 404],
])("%s %s with %j is answered %i", async (method, path, body, status) => {
  expect((await ask(path, "m", method, body)).status).toBe(status);
});

test.each(["f", "wrong"])(
  "keys are shown and made with the master key only, not with %s",
  async (key) => {
    const status = key === "f" ? 403 : 401;
    for (const method of ["GET", "PUT", "DELETE"])
      expect((await ask("/admin/host/functionkeys/default", key, method)).status).toBe(status);
  },
);

test("keys that were made, and a renewed master key, are good after a kill", async () => {
  await ask("/admin/functions/guarded/keys/kept", "m", "PUT", '{"value":"k"}');
  await host.end("SIGKILL");
  host = await start();
  expect(await statusOf("/v1/guarded", "k")).toBe(200);
  const renewed = JSON.parse((await ask("/admin/host/systemkeys/_master", "m", "POST")).body).value;
  const isRenewed = async () => {
    expect(await statusOf("/admin/host/status", "m")).toBe(401);
    expect(await statusOf("/admin/host/status", renewed)).toBe(200);
  };
  await isRenewed();
  await host.end("SIGKILL");
  host = await start();
  expect(host.facts.masterKey).toBe(renewed);
  await isRenewed();
});

test("the functions are listed with their bindings and where they are called", async () => {
  const { masterKey } = host.facts;
  const functions = JSON.parse((await ask("/admin/functions", masterKey)).body);
  const byName = (name: string) => functions.find((f: { name: string }) => f.name === name);
  expect(byName("item")).toMatchObject({
    invoke_url_template: `${host.facts.url}/v1/items/{id:int}/{part?}`,
    isDisabled: false,
    config: { bindings: [{ type: "httpTrigger", authLevel: "anonymous" }, { type: "http" }] },
  });
  expect(byName("switchedOff")).toMatchObject({ isDisabled: true });
  const one = await ask("/admin/functions/ITEM", masterKey);
  expect(JSON.parse(one.body)).toEqual(byName("item"));
  expect((await ask("/admin/functions/nobody", masterKey)).status).toBe(404);
});
