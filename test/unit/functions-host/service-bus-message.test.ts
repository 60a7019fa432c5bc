import type { ServiceBusReceivedMessage } from "@azure/service-bus";
import { bodyText, triggerMetadata } from "../../../src/local/functions-host/service-bus-message";

function message(
  body: Buffer | string,
  more: Partial<ServiceBusReceivedMessage> = {},
): ServiceBusReceivedMessage {
  return {
    messageId: "m-1",
    deliveryCount: 0,
    lockToken: "lock",
    sequenceNumber: { toNumber: () => 42 },
    enqueuedTimeUtc: new Date("2026-11-24T12:00:00.123Z"),
    body: Buffer.from(body),
    // As the client hands it over: the bytes are in `body`, the AMQP section in here.
    _rawAmqpMessage: { bodyType: "data", body: { typecode: 0x75, content: Buffer.from(body) } },
    ...more,
  } as unknown as ServiceBusReceivedMessage;
}

test("a function gets the metadata that Azure sends, without what the message doesn't have", () => {
  expect(triggerMetadata(message("plain"), "plain")).toEqual({
    MessageId: { string: "m-1" },
    DeliveryCount: { int: 1 },
    SequenceNumber: { int: 42 },
    EnqueuedTimeUtc: { string: "2026-11-24T12:00:00.123" },
    EnqueuedTime: { string: "2026-11-24T12:00:00.123+00:00" },
    ExpiresAtUtc: { string: "9999-12-31T23:59:59.9999999" },
    ExpiresAt: { string: "9999-12-31T23:59:59.9999999+00:00" },
    LockToken: { string: "lock" },
    ApplicationProperties: { json: "{}" },
    UserProperties: { json: "{}" },
  });
});

test("what the sender set is there, and the time of expiry when it has one", () => {
  const sent = message("{}", {
    subject: "publish",
    contentType: "application/json",
    correlationId: 7,
    deliveryCount: 2,
    applicationProperties: { tries: 1 },
    timeToLive: 60_000,
    expiresAtUtc: new Date("2026-11-24T12:01:00.123Z"),
  });
  expect(triggerMetadata(sent, "{}")).toMatchObject({
    Subject: { string: "publish" },
    Label: { string: "publish" },
    ContentType: { string: "application/json" },
    CorrelationId: { string: "7" },
    DeliveryCount: { int: 3 },
    ApplicationProperties: { json: '{"tries":1}' },
    UserProperties: { json: '{"tries":1}' },
    ExpiresAtUtc: { string: "2026-11-24T12:01:00.123" },
  });
});

test("top-level properties of a JSON body are spread, in .NET's spelling, over the message's own", () => {
  const text = JSON.stringify({
    image: { version: "1.0.0" },
    count: 3,
    dryRun: true,
    regions: ["westus"],
    nothing: null,
    messageId: "from the body",
  });
  const metadata = triggerMetadata(message(text), text);
  expect(metadata).toMatchObject({
    image: { json: '{"version":"1.0.0"}' },
    count: { string: "3" },
    dryRun: { string: "True" },
    messageId: { string: "from the body" },
  });
  expect(Object.keys(metadata)).not.toEqual(expect.arrayContaining(["regions"]));
  expect(Object.keys(metadata)).not.toEqual(expect.arrayContaining(["nothing"]));
  expect(Object.keys(metadata)).not.toEqual(expect.arrayContaining(["MessageId"]));
});

test("a body that only looks like JSON adds nothing", () => {
  expect(triggerMetadata(message("{oops}"), "{oops}")).not.toHaveProperty("oops");
});

test("bytes that are no UTF-8 arrive as U+FFFD", () => {
  expect(bodyText(message(Buffer.from([0x61, 0xff])))).toBe("a\ufffd");
});

test("an empty body is an empty text", () => {
  expect(bodyText(message(""))).toBe("");
});

test.each([
  ["value", 5],
  ["sequence", [1, 2]],
  ["data", [Buffer.from("two"), Buffer.from("sections")]],
  ["data", undefined],
])(
  "a body of type %s with the content %p is refused by name, never read as empty",
  (type, body) => {
    const odd = message("", { body, _rawAmqpMessage: { bodyType: type } } as never);
    expect(() => bodyText(odd)).toThrow(`AMQP type ${type} that is not one section of bytes`);
  },
);
