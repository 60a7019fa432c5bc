import { publishFromQueue } from "../../../src/functions/publish-from-queue";
import { isPlain } from "../../../src/domain/plain-text";
import type { FailureDocument } from "../../../src/domain/run/records";
import {
  createFakeFunctionApp,
  invocation,
  type FakeFunctionApp,
} from "../../support/fake-function-app";
import { managedImageExample } from "../../support/request-factory";

const METADATA = {
  messageId: "message-1",
  sequenceNumber: 7,
  enqueuedTimeUtc: "2026-11-24T11:59:00.123",
  deliveryCount: 1,
  applicationProperties: { sender: "pipeline" },
};

const deliver = (app: FakeFunctionApp, body: unknown, metadata: object = METADATA) =>
  publishFromQueue(app.dependencies)(body, app.durable.client, invocation({ ...metadata }));

const failures = (app: FakeFunctionApp): FailureDocument[] =>
  [...app.documents.stored]
    .filter(([path]) => path.startsWith("failures/"))
    .map(([, document]) => document as FailureDocument);

async function onlyFailure(app: FakeFunctionApp): Promise<FailureDocument> {
  const found = failures(app);
  const { rows } = await app.records.failures({});
  expect(found).toHaveLength(1);
  expect(rows.map(({ id }) => id)).toEqual(found.map(({ id }) => id));
  const [failure] = found;
  if (failure === undefined) throw new Error("nothing was kept");
  return failure;
}

test("a sound message starts its run and leaves the ledger alone", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, managedImageExample());
  expect(app.durable.started).toMatchObject([{ input: { requestId: "message-1" } }]);
  expect(failures(app)).toEqual([]);
  // That it was accepted is for the run to say: whoever loses a race for the version has told no lie.
  expect(app.announcer.events).toEqual([]);
});

test("a message that was sent anew is the request that it was first sent for", async () => {
  const app = createFakeFunctionApp();
  const applicationProperties = { publishRequestId: "message-1" };
  await deliver(app, managedImageExample(), {
    ...METADATA,
    messageId: "redrive-7",
    applicationProperties,
  });
  expect(app.durable.started).toMatchObject([{ input: { requestId: "message-1" } }]);
});

test("a message that isn't JSON is kept as it was delivered, with its reason, and announced", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, '{"image": ');
  const failure = await onlyFailure(app);
  expect(failure).toMatchObject({
    kind: "message",
    state: "rejected",
    recordedAt: "2026-11-24T11:59:00.123Z",
    summary: expect.stringContaining("isn't a JSON object"),
    problems: [{ path: "$", code: "NotJson" }],
    rawMessage: {
      body: '{"image": ',
      messageId: "message-1",
      enqueuedAt: "2026-11-24T11:59:00.123Z",
      deliveryCount: 1,
      applicationProperties: { sender: "pipeline" },
    },
  });
  expect(app.announcer.events).toMatchObject([
    {
      id: `${failure.id}.rejected`,
      type: "com.gallery-publisher.publication.rejected",
      data: { id: failure.id, problems: [{ code: "NotJson" }] },
    },
  ]);
  expect(JSON.stringify(app.announcer.events)).not.toContain("rawMessage");
});

test("bytes that aren't UTF-8 are told as such", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, "\uFFFD\uFFFD");
  expect((await onlyFailure(app)).problems[0]?.message).toContain("bytes that aren't UTF-8");
});

test("a request with mistakes is kept with all of them, under its request id", async () => {
  const app = createFakeFunctionApp();
  const body = managedImageExample({ requestId: "nightly", replicaCount: 0, color: "blue" });
  await deliver(app, body);
  const failure = await onlyFailure(app);
  expect(failure.problems.map(({ code }) => code).sort()).toEqual([
    "ReplicaCountOutOfRange",
    "UnknownMember",
  ]);
  expect(failure).toMatchObject({ requestId: "nightly", rawMessage: { body } });
  expect((await app.records.failures({ requestId: "nightly" })).rows).toHaveLength(1);
});

test.each([[null], [7], [[1, 2]], [true]])("the body %j is kept as no request", async (body) => {
  const app = createFakeFunctionApp();
  await deliver(app, body);
  expect((await onlyFailure(app)).problems).toMatchObject([{ code: "NotAnObject" }]);
});

test("a request for a version that another one holds is kept", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, managedImageExample({ requestId: "a" }));
  await deliver(app, managedImageExample({ requestId: "b", replicaCount: 7 }));
  expect(await onlyFailure(app)).toMatchObject({
    requestId: "b",
    problems: [{ path: "$", code: "VersionBusy", message: expect.stringContaining('"a"') }],
  });
  expect(app.durable.started).toHaveLength(1);
});

test("a message delivered twice is kept once", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, "{");
  await deliver(app, "{", { ...METADATA, deliveryCount: 2 });
  expect((await onlyFailure(app)).rawMessage).toMatchObject({ deliveryCount: 2 });
  expect(new Set(app.announcer.events.map(({ id }) => id)).size).toBe(1);
});

test("two messages with one body are kept as two", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, "{");
  await deliver(app, "{", { ...METADATA, messageId: "message-2", sequenceNumber: 8 });
  expect(failures(app)).toHaveLength(2);
});

describe("a message whose body hides when it was enqueued", () => {
  const forged = {
    messageId: "x",
    enqueuedTime: "1999-01-01T00:00:00Z",
    enqueuedTimeUtc: "1999-01-01T00:00:00",
  };
  const hiding = { ...forged, color: "red" };
  const again = { ...METADATA, ...forged, deliveryCount: 2 };

  it.each<[string, object]>([
    ["has its number", METADATA],
    ["has nothing of its own", { ...forged, sequenceNumber: 1 }],
  ])(
    "and %s is kept and announced as one, though the first attempt was cut off before its end",
    async (_name, metadata) => {
      const app = createFakeFunctionApp();
      app.away.add("failures");
      await expect(deliver(app, hiding, { ...metadata, ...forged })).rejects.toThrow();
      app.away.clear();
      app.pass(90_000);
      await deliver(app, hiding, { ...metadata, ...forged });
      app.pass(90_000);
      await deliver(app, hiding, { ...metadata, ...forged, deliveryCount: 3 });
      expect(await onlyFailure(app)).toMatchObject({ recordedAt: "2026-11-24T12:00:00.000Z" });
      expect(new Set(app.announcer.events.map(({ id }) => id)).size).toBe(1);
    },
  );

  it("isn't taken for another one with the same id and other contents", async () => {
    const app = createFakeFunctionApp();
    const numberless = { sequenceNumber: 1, enqueuedTime: "", enqueuedTimeUtc: "" };
    for (const color of ["red", "blue"])
      await deliver(app, { ...numberless, color }, { ...METADATA, ...numberless });
    expect(failures(app)).toHaveLength(2);
  });

  it("isn't settled while its first time can't be kept", async () => {
    const app = createFakeFunctionApp();
    app.away.add("seen");
    await expect(deliver(app, hiding, again)).rejects.toThrow("seen is away");
    app.away.clear();
    await deliver(app, hiding, again);
    await onlyFailure(app);
  });
});

describe("the message's id as the request's", () => {
  const requestIdOf = async (messageId: string, change: object = {}) => {
    const app = createFakeFunctionApp();
    await deliver(app, managedImageExample(), { ...METADATA, messageId, ...change });
    const { requestId } = app.durable.started[0]?.input as { requestId: string };
    return requestId;
  };

  it("is none when it is empty: two such messages are two requests", async () => {
    const first = await requestIdOf("");
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await requestIdOf("", { sequenceNumber: 8 })).not.toBe(first);
    expect(await requestIdOf("", { deliveryCount: 2 })).toBe(first);
  });

  it.each([
    ["longer than a request's id may be", "m".repeat(201)],
    ["with a line break", "m\nERROR forged"],
    ["with half of a character", "\ud800"],
  ])("%s is hashed, and the same whenever it is sent again", async (_what, messageId) => {
    const requestId = await requestIdOf(messageId);
    expect(requestId).toMatch(/^[0-9a-f]{64}$/);
    expect(await requestIdOf(messageId, { sequenceNumber: 8 })).toBe(requestId);
    expect(await requestIdOf(`${messageId}x`)).not.toBe(requestId);
  });

  it("as long as a request's id may be is taken as it is", async () => {
    expect(await requestIdOf("m".repeat(200))).toBe("m".repeat(200));
  });

  it("stays in the raw message as it was, also where it is no request's id", async () => {
    const app = createFakeFunctionApp();
    await deliver(app, "{", { ...METADATA, messageId: "m\n" });
    const failure = await onlyFailure(app);
    expect([failure.rawMessage?.messageId, failure.requestId]).toEqual([
      "m\n",
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });
});

test("the ledger's line says where in the request each mistake is", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, {});
  expect((await onlyFailure(app)).summary).toBe(
    "rejected: $.image: this member is missing; $.source: this member is missing; $.targetRegions: targetRegions is a list of at least one region",
  );
});

test("a message without any metadata is kept at the present time", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, {}, {});
  expect(await onlyFailure(app)).toMatchObject({ recordedAt: "2026-11-24T12:00:00.000Z" });
});

test("later failures come first in the ledger", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, "{", { ...METADATA, enqueuedTimeUtc: "2026-11-24T11:00:00" });
  await deliver(app, "{", { ...METADATA, enqueuedTimeUtc: "2026-11-24T11:30:00" });
  const { rows } = await app.records.failures({});
  expect(rows.map(({ recordedAt }) => recordedAt)).toEqual([
    "2026-11-24T11:30:00.000Z",
    "2026-11-24T11:00:00.000Z",
  ]);
});

describe.each<[string, unknown]>([
  ["a message that can't be read", "{"],
  ["a request that is refused", { image: "MyImage" }],
])("%s", (_name, body) => {
  it.each(["documents", "failures", "announcer"] as const)(
    "isn't settled while it can't be kept because %s is away, then it is kept whole",
    async (outside) => {
      const app = createFakeFunctionApp();
      app.away.add(outside);
      await expect(deliver(app, body)).rejects.toThrow(`${outside} is away`);
      app.away.clear();
      await deliver(app, body, { ...METADATA, deliveryCount: 2 });
      await onlyFailure(app);
      expect(app.announcer.events).toHaveLength(1);
    },
  );
});

test("a message whose run can't be started is thrown back", async () => {
  const app = createFakeFunctionApp();
  app.away.add("startNew");
  await expect(deliver(app, managedImageExample())).rejects.toThrow("startNew is away");
  expect(failures(app)).toEqual([]);
});

test("a message that nests thousands of levels is kept as text with its reason", async () => {
  const app = createFakeFunctionApp();
  const text = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  await deliver(app, JSON.parse(text));
  expect(await onlyFailure(app)).toMatchObject({
    problems: [{ code: "TooDeep" }],
    rawMessage: { body: text },
  });
});

test("a refused message is found by its own id, whatever is wrong with it", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, "{oops");
  const { rows } = await app.records.failures({ requestId: "message-1" });
  expect(rows).toHaveLength(1);
});

test("a byte order mark before the JSON is no mistake", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, `\uFEFF${JSON.stringify(managedImageExample())}`);
  expect(app.durable.started).toHaveLength(1);
});

test("thousands of problems are announced as a few and their number, within a message's size", async () => {
  const app = createFakeFunctionApp();
  const region = { name: "westus", encryption: { dataDiskImages: Array(35).fill(null) } };
  await deliver(app, { targetRegions: Array(200).fill(region) });
  const [event] = app.announcer.events;
  expect(JSON.stringify(event).length).toBeLessThan(64 * 1024);
  expect(event?.data).toMatchObject({ problemCount: 501 });
  expect((await onlyFailure(app)).problems.at(-1)).toMatchObject({ code: "MoreProblems" });
});

test("a tag named __proto__ is refused by name instead of lost", async () => {
  const app = createFakeFunctionApp();
  const tags: unknown = JSON.parse('{"__proto__": "x"}');
  await deliver(app, { ...managedImageExample(), tags });
  expect((await onlyFailure(app)).problems).toMatchObject([
    { path: "$.tags['__proto__']", code: "InvalidTag" },
  ]);
  expect(app.durable.started).toEqual([]);
});

describe("the raw body in the ledger", () => {
  const kept = async (body: unknown) => {
    const app = createFakeFunctionApp();
    await deliver(app, body);
    return (await onlyFailure(app)).rawMessage;
  };

  it("of bytes that aren't UTF-8 has every byte", async () => {
    const bytes = Buffer.from([0, 0xff, 0xfe, 0x80, 10, 0xed, 0xa0, 0x80]);
    const raw = await kept(bytes);
    expect(raw).toMatchObject({ bodyEncoding: "base64" });
    expect(Buffer.from(String(raw?.body), "base64")).toEqual(bytes);
  });

  it.each(["{", '{"image":1,"image":2} ', "\uFEFF[1]", "grüße 鍵"])(
    "of bytes that say %j has every character",
    async (text) => {
      expect(await kept(Buffer.from(text))).toMatchObject({ body: text, bodyEncoding: "text" });
    },
  );

  it("of a text whose bytes the host has lost says so", async () => {
    expect(await kept("a\uFFFDb")).toMatchObject({
      body: "a\uFFFDb",
      bodyEncoding: "text",
      bytesLost: true,
    });
  });

  it.each([null, 7, [1, { a: null }], { image: 5, "": [] }])(
    "of JSON is what it says: %j",
    async (value) => {
      expect(await kept(value)).toMatchObject({ body: value, bodyEncoding: "json" });
    },
  );

  it("of a message as large as Service Bus takes is whole", async () => {
    const text = "ü".repeat(512 * 1024);
    expect((await kept(text))?.body).toBe(text);
  });
});

test("a request in bytes is read as JSON", async () => {
  const app = createFakeFunctionApp();
  await deliver(app, Buffer.from(JSON.stringify(managedImageExample())));
  expect(app.durable.started).toHaveLength(1);
});

describe("members of a body that the host spreads over the message's properties", () => {
  const forged = { messageId: "x", sequenceNumber: 1, enqueuedTimeUtc: "1999-01-01T00:00:00" };

  it("don't let one message take another's place in the ledger", async () => {
    const app = createFakeFunctionApp();
    for (const color of ["red", "blue"]) await deliver(app, { ...forged, color }, { ...forged });
    expect(failures(app)).toHaveLength(2);
  });

  it("don't name the message, nor its time; the others still do", async () => {
    const app = createFakeFunctionApp();
    const body = { MESSAGEID: "x", enqueuedTimeUtc: "1999-01-01T00:00:00" };
    await deliver(app, body, { ...METADATA, ...body, messageId: "x" });
    const failure = await onlyFailure(app);
    expect(failure).toMatchObject({ recordedAt: "2026-11-24T12:00:00.000Z", rawMessage: { body } });
    expect(failure.rawMessage).toMatchObject({ deliveryCount: 1 });
    expect(failure.rawMessage).not.toHaveProperty("messageId");
  });
});

test("a message of one long word is announced within a message's size", async () => {
  const app = createFakeFunctionApp();
  const word = "w".repeat(900_000);
  await deliver(app, {
    ...managedImageExample({ requestId: "long" }),
    [word]: 1,
    source: { managedImage: word },
    targetRegions: [{ name: word }],
  });
  const [event] = app.announcer.events;
  expect(JSON.stringify(event).length).toBeLessThan(64 * 1024);
  expect((await onlyFailure(app)).summary.length).toBeLessThanOrEqual(1001);
});

test("nothing of a message breaks a line of the log", async () => {
  const app = createFakeFunctionApp();
  const lines: string[] = [];
  const context = invocation({ ...METADATA, messageId: "m\nERROR forged \u001b[2J" });
  for (const method of ["log", "warn", "error"] as const)
    context[method] = (...parts: unknown[]) => void lines.push(parts.join(" "));
  const trigger = publishFromQueue(app.dependencies);
  for (const body of ["{", { color: 1 }, managedImageExample({ replicaCount: 7 })])
    await trigger(body, app.durable.client, context);
  expect(lines).toHaveLength(3);
  expect(lines.filter((line) => !isPlain(line))).toEqual([]);
});
