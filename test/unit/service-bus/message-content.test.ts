import { message as rhea, types } from "rhea";
import { decode, splitMap } from "../../../src/local/service-bus/amqp/decode";
import * as encode from "../../../src/local/service-bus/amqp/encode";
import {
  forReceiver,
  Section,
  sectionValue,
  splitBatch,
  splitSections,
  toSentMessage,
  withProperties,
} from "../../../src/local/service-bus/amqp/message-content";
import type { StoredMessage } from "../../../src/local/service-bus/core/message";

const stored = (content: Buffer, more: Partial<StoredMessage> = {}): StoredMessage => ({
  sequenceNumber: 7,
  state: "active",
  content,
  enqueuedAtMs: 1_700_000_000_000,
  deliveryCount: 2,
  ...more,
});

/** Types that decoding and encoding again would change. */
const delicate = {
  int: types.wrap_int(42),
  float: types.wrap_float(1.5),
  long: types.wrap_long(Buffer.from("7fffffffffffffff", "hex")),
  short: types.wrap_short(-2),
  char: types.wrap_char(65),
  timestamp: types.wrap_timestamp(1234),
  uuid: types.wrap_uuid(Buffer.alloc(16, 9)),
};

const propertiesOf = (content: Buffer): Record<string, string> => {
  const value = sectionValue(splitSections(content), Section.applicationProperties);
  const entries = value ? splitMap(value) : [];
  return Object.fromEntries(entries.map((e) => [e.key, e.valueBytes.toString("hex")]));
};

test("the bytes of properties and body reach the receiver as they came", () => {
  const sent = rhea.encode({
    message_id: types.wrap_uuid(Buffer.alloc(16, 3)),
    application_properties: delicate,
    body: rhea.sequence_section([types.wrap_int(1), types.wrap_float(0.5)]),
  });
  const before = splitSections(sent).filter(({ code }) => code >= Section.properties);
  const received = forReceiver(stored(toSentMessage(sent).content), 1_700_000_060_000);
  const after = splitSections(received).filter(({ code }) => code >= Section.properties);
  expect(after.map(({ bytes }) => bytes.toString("hex"))).toEqual(
    before.map(({ bytes }) => bytes.toString("hex")),
  );
});

test("changed properties are added or replaced, the others keep their bytes", () => {
  const sent = rhea.encode({ application_properties: { ...delicate, old: "x" }, body: "b" });
  const changed = withProperties(
    sent,
    splitMap(
      encode.map([
        ["old", encode.string("y")],
        [encode.symbol("new"), encode.int(5)],
      ]),
    ),
  );
  expect(propertiesOf(changed)).toEqual({
    ...propertiesOf(sent),
    old: encode.string("y").toString("hex"),
    new: encode.int(5).toString("hex"),
  });
  expect(rhea.decode(changed)).toMatchObject({ body: "b", application_properties: { new: 5 } });
});

test("header and annotations are the broker's, beside those of the sender", () => {
  const sent = rhea.encode({
    durable: true,
    priority: 7,
    ttl: 5000,
    message_annotations: { "x-opt-partition-key": "p", "x-opt-sequence-number": 1 },
    body: "b",
  });
  const received = forReceiver(
    stored(sent, {
      timeToLiveMs: 3000,
      deadLetter: { source: "q", reason: "R", description: "D" },
    }),
    1_700_000_060_000,
  );
  expect(rhea.decode(received)).toMatchObject({
    durable: true,
    priority: 7,
    ttl: 3000,
    delivery_count: 2,
    message_annotations: {
      "x-opt-partition-key": "p",
      "x-opt-sequence-number": 7,
      "x-opt-enqueued-time": new Date(1_700_000_000_000),
      "x-opt-locked-until": new Date(1_700_000_060_000),
      "x-opt-message-state": 0,
      "x-opt-deadletter-source": "q",
    },
    application_properties: { DeadLetterReason: "R", DeadLetterErrorDescription: "D" },
  });
});

test("of what is sent, time to live and schedule are understood", () => {
  const at = new Date(1_800_000_000_000);
  const annotations = { "x-opt-scheduled-enqueue-time": types.wrap_timestamp(at.getTime()) };
  const sent = rhea.encode({ ttl: 5000, message_annotations: annotations, body: 1 });
  expect(toSentMessage(sent)).toMatchObject({ timeToLiveMs: 5000, scheduledForMs: at.getTime() });
  expect(toSentMessage(rhea.encode({ body: 1 }))).toMatchObject({
    timeToLiveMs: undefined,
    scheduledForMs: undefined,
  });
});

test("a message without an id gets one, and keeps its other properties", () => {
  const { content } = toSentMessage(rhea.encode({ subject: "s", to: "t", body: 1 }));
  expect(rhea.decode(content)).toMatchObject({ subject: "s", to: "t", body: 1 });
  expect(rhea.decode(content).message_id).toMatch(/^[0-9a-f]{32}$/);
});

test("a batch is cut into its messages", () => {
  const messages = ["a", "b"].map((body) => rhea.encode({ body }));
  const batch = rhea.encode({ body: rhea.data_sections(messages) });
  expect(splitBatch(batch)).toEqual(messages);
});

test("values are decoded as the library encodes them, of every type in use", () => {
  const values = {
    ...delicate,
    text: "grün",
    long_text: "x".repeat(300),
    bytes: Buffer.alloc(300, 1),
    yes: true,
    no: false,
    nothing: null,
    zero: 0,
    negative: types.wrap_long(-5),
    big: 2 ** 40,
    double: 0.1,
    list: [1, "two", [], {}],
    map: { nested: { deep: 1 } },
    longs: types.wrap_array([1, -2, 2 ** 40], 0x81, undefined),
  };
  const body = sectionValue(splitSections(rhea.encode({ body: values })), Section.value);
  expect(decode(body ?? Buffer.alloc(0))).toEqual(
    new Map<string, unknown>([
      ["int", 42],
      ["float", 1.5],
      ["long", 0x7fffffffffffffffn],
      ["short", -2],
      ["char", 65],
      ["timestamp", 1234],
      ["uuid", Buffer.alloc(16, 9)],
      ["text", "grün"],
      ["long_text", "x".repeat(300)],
      ["bytes", Buffer.alloc(300, 1)],
      ["yes", true],
      ["no", false],
      ["nothing", null],
      ["zero", 0],
      ["negative", -5],
      ["big", 2 ** 40],
      ["double", 0.1],
      ["list", [1, "two", [], new Map()]],
      ["map", new Map([["nested", new Map([["deep", 1]])]])],
      ["longs", [1, -2, 2 ** 40]],
    ]),
  );
});

test.each([
  ["cut off", Buffer.from([0x00, 0x53, 0x73, 0xd0, 0, 0, 0, 99, 0, 0, 0, 1])],
  ["of an unknown type", Buffer.from([0x00, 0x53, 0x73, 0x3f])],
  ["without a descriptor", Buffer.from([0x41])],
])("a message %s is refused", (_, bytes) => {
  expect(() => toSentMessage(bytes)).toThrow();
});
