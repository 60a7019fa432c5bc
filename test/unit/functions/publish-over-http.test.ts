import { publicationId } from "../../../src/domain/run/identity";
import type { FinalState } from "../../../src/domain/run/outcome";
import { publishOverHttp } from "../../../src/functions/publish-over-http";
import {
  createFakeFunctionApp,
  httpRequest,
  invocation,
  MANAGEMENT_URL,
  readAnswer,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { accepted, managedImageExample } from "../../support/request-factory";

const ID = publicationId(accepted(managedImageExample()).image);

async function post(
  app: FakeFunctionApp,
  body: unknown,
  headers: Record<string, string> = {},
  query = "",
) {
  const text = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const request = httpRequest(`publications?code=secret${query}`, {
    method: "POST",
    body: text,
    headers,
  });
  const answer = readAnswer(
    await publishOverHttp(app.dependencies)(request, app.durable.client, invocation()),
  );
  expect(answer.text).not.toMatch(MANAGEMENT_URL);
  return answer;
}

test("a sound request is accepted with the place where its progress can be read", async () => {
  const { status, headers, body } = await post(
    createFakeFunctionApp(),
    managedImageExample({ requestId: "a" }),
  );
  expect(status).toBe(202);
  expect(headers).toMatchObject({
    location: `/api/publications/${ID}`,
    "retry-after": "5",
    "content-type": "application/json",
  });
  expect(body).toEqual({
    id: ID,
    runId: "run-1",
    requestId: "a",
    state: "accepted",
    joined: false,
    links: { self: `/api/publications/${ID}` },
  });
});

test("the same request again is answered with the run that is going on", async () => {
  const app = createFakeFunctionApp();
  await post(app, managedImageExample({ requestId: "a" }));
  expect(await post(app, managedImageExample({ requestId: "a" }))).toMatchObject({
    status: 202,
    body: { runId: "run-1", joined: true },
  });
});

test.each<FinalState>(["published", "partlyPublished", "failed", "rejected", "cancelled"])(
  "the same request again after its run ended %s is answered at once: nothing is going on",
  async (state) => {
    const app = createFakeFunctionApp();
    await post(app, managedImageExample({ requestId: "a" }));
    const [run] = await app.records.runs(ID);
    if (run === undefined) throw new Error("there is no run");
    await app.records.finish({ ...run, state, publicationId: ID, updatedAt: run.startedAt });
    app.durable.end(ID);
    const { status, headers, body } = await post(app, managedImageExample({ requestId: "a" }));
    expect([status, body["state"], headers["retry-after"]]).toEqual([200, state, undefined]);
  },
);

test("a request without an id takes the Idempotency-Key, so that a repetition joins", async () => {
  const app = createFakeFunctionApp();
  const key = { "idempotency-key": "build-42" };
  expect((await post(app, managedImageExample(), key)).body["requestId"]).toBe("build-42");
  expect((await post(app, managedImageExample(), key)).body["joined"]).toBe(true);
});

test.each([{}, { "idempotency-key": "" }])(
  "a request without any id is given one: headers %j",
  async (headers: Record<string, string>) => {
    const { body } = await post(createFakeFunctionApp(), managedImageExample(), headers);
    expect(body["requestId"]).toMatch(/^[0-9a-f-]{36}$/);
  },
);

test("a request with mistakes is refused with all of them and starts nothing", async () => {
  const app = createFakeFunctionApp();
  const { status, headers, body } = await post(
    app,
    managedImageExample({ requestId: "a", replicaCount: 0, color: "blue" }),
  );
  expect(status).toBe(400);
  expect(headers["content-type"]).toBe("application/problem+json");
  expect(body).toMatchObject({
    type: "about:blank",
    status: 400,
    detail: "2 problem(s); nothing was started",
    requestId: "a",
  });
  expect((body["problems"] as { path: string }[]).map(({ path }) => path).sort()).toEqual([
    "$.color",
    "$.replicaCount",
  ]);
  expect(app.durable.started).toEqual([]);
});

test.each(["", "{", "publish it"])("the body %j isn't JSON and is told so", async (text) => {
  expect(await post(createFakeFunctionApp(), text)).toMatchObject({
    status: 400,
    body: { title: "Not JSON", problems: [{ path: "$", code: "NotJson" }] },
  });
});

test("other content for a version in flight is a conflict that leads to the run", async () => {
  const app = createFakeFunctionApp();
  await post(app, managedImageExample({ requestId: "a" }));
  expect(await post(app, managedImageExample({ requestId: "b", replicaCount: 7 }))).toMatchObject({
    status: 409,
    headers: { "content-type": "application/problem+json" },
    body: {
      publicationId: ID,
      requestId: "b",
      links: { publication: `/api/publications/${ID}` },
      problems: [{ path: "$", code: "VersionBusy", message: expect.stringContaining('"a"') }],
    },
  });
});

describe("what the sender says of the body", () => {
  const example = managedImageExample({ requestId: "a" });
  const typed = (type: string) => ({ "content-type": type });

  it.each([
    "application/json",
    "application/json; charset=UTF-8",
    'Application/JSON;charset="utf-8"',
    "application/vnd.company.request+json",
    "text/plain;charset=UTF-8",
    "application/x-www-form-urlencoded", // what `curl -d` says of everything
  ])("%s is read as JSON", async (type) => {
    expect((await post(createFakeFunctionApp(), example, typed(type))).status).toBe(202);
  });

  it.each([
    [typed("application/xml"), "application/xml isn't read"],
    [typed("multipart/form-data; boundary=x"), "multipart/form-data isn't read"],
    [typed("application/json; charset=utf-16"), "the charset utf-16 isn't read"],
    [{ "content-encoding": "gzip" }, "the content coding gzip isn't read"],
  ])("%j is refused by name, and nothing is started", async (headers, detail) => {
    const app = createFakeFunctionApp();
    expect(await post(app, example, headers as Record<string, string>)).toMatchObject({
      status: 415,
      body: { detail: expect.stringContaining(detail) },
    });
    expect(app.durable.started).toEqual([]);
  });

  it("a byte order mark is no mistake", async () => {
    const marked = Buffer.from(`\uFEFF${JSON.stringify(example)}`);
    expect((await post(createFakeFunctionApp(), marked)).status).toBe(202);
  });

  it("bytes that aren't UTF-8 are refused, not replaced", async () => {
    const [before, after] = JSON.stringify({ ...example, tags: { a: "HERE" } }).split("HERE");
    const latin1 = Buffer.concat([
      Buffer.from(before ?? ""),
      Buffer.from([0xfc]),
      Buffer.from(after ?? ""),
    ]);
    expect(await post(createFakeFunctionApp(), latin1)).toMatchObject({
      status: 400,
      body: { title: "Not JSON", problems: [{ path: "$", code: "NotJson" }] },
    });
  });

  it("of members named twice the last counts", async () => {
    const text = JSON.stringify(example).replace("{", '{"requestId":"first",');
    expect((await post(createFakeFunctionApp(), text)).body["requestId"]).toBe("a");
  });
});

test.each(["k".repeat(201), "a\u0085b"])(
  "the Idempotency-Key %j is refused beside everything else that is wrong",
  async (key) => {
    const app = createFakeFunctionApp();
    const answer = await post(app, managedImageExample({ replicaCount: 0 }), {
      "idempotency-key": key,
    });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        problems: [
          { path: "$.requestId", code: "Invalid", message: expect.stringContaining("Idempotency") },
          { code: "ReplicaCountOutOfRange" },
        ],
      },
    });
    expect(app.durable.started).toEqual([]);
  },
);

test("a request's own id counts before the Idempotency-Key", async () => {
  const { body } = await post(createFakeFunctionApp(), managedImageExample({ requestId: "own" }), {
    "idempotency-key": "key",
  });
  expect(body["requestId"]).toBe("own");
});

test("a body over a million bytes is refused", async () => {
  const text = JSON.stringify(managedImageExample({ tags: { a: "x".repeat(1_000_000) } }));
  expect((await post(createFakeFunctionApp(), text)).status).toBe(413);
});

test.each(["documents", "publications", "runs", "getStatus", "startNew"] as const)(
  "while %s is away the sender is told to try again, without the reason's inner words",
  async (outside) => {
    const app = createFakeFunctionApp();
    app.away.add(outside);
    const { status, body, text } = await post(app, managedImageExample({ requestId: "a" }));
    expect([status, body["requestId"]]).toEqual([503, "a"]);
    expect(text).not.toContain("is away");
  },
);

describe("a dry run", () => {
  const dry = (app: FakeFunctionApp, body: unknown) => post(app, body, {}, "&dryRun=true");

  it("answers the plan and starts nothing", async () => {
    const app = createFakeFunctionApp();
    expect(await dry(app, managedImageExample())).toMatchObject({
      status: 200,
      body: { dryRun: true, plan: { kind: "impossible" }, bodies: [] },
    });
    expect(app.documents.stored.size).toBe(0);
    expect(app.durable.started).toEqual([]);
  });

  it("of a request that is wrong in itself answers everything that is wrong", async () => {
    const { status, body } = await dry(
      createFakeFunctionApp(),
      managedImageExample({ replicaCount: 0, endOfLifeDate: "2020-12-01", requestId: "r" }),
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({
      requestId: "r",
      problems: [{ code: "ReplicaCountOutOfRange" }, { code: "EndOfLifeInPast" }],
    });
  });

  it("that can't be made says so, and why stands in the log only", async () => {
    const app = createFakeFunctionApp();
    app.away.add("resourceManager");
    const { status, text } = await dry(app, managedImageExample());
    expect(status).toBe(503);
    expect(text).not.toContain("resourceManager is away");
  });

  it("is asked for with true or false and nothing else", async () => {
    const app = createFakeFunctionApp();
    expect(await post(app, managedImageExample(), {}, "&dryRun=yes")).toMatchObject({
      status: 400,
      body: { detail: 'dryRun is true or false, not "yes"' },
    });
    expect((await post(app, managedImageExample(), {}, "&dryRun=false")).status).toBe(202);
  });

  it.each([
    "dryrun=true",
    "DryRun=true",
    "dry_run=true",
    "dryRun%20=true",
    "whatif",
    "dryRun[]=true",
  ])("misspelt as %s publishes nothing", async (query) => {
    const app = createFakeFunctionApp();
    const answer = await post(app, managedImageExample(), {}, `&${query}`);
    expect(answer).toMatchObject({ status: 400, body: { title: "Invalid query" } });
    expect(answer.body["detail"]).toContain("dryRun is one, in this spelling");
    expect([app.durable.started, app.documents.stored.size]).toEqual([[], 0]);
  });

  it("beside the host's own parameters is still a dry run", async () => {
    const app = createFakeFunctionApp();
    expect((await post(app, managedImageExample(), {}, "&clientId=ci&dryRun=true")).status).toBe(
      200,
    );
    expect(app.durable.started).toEqual([]);
  });
});
