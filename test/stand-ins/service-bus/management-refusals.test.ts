import { once } from "node:events";
import {
  message as codec,
  types,
  type Connection,
  type EventContext,
  type Receiver,
  type Sender,
} from "rhea";
import { openConnection } from "./amqp-client";
import { openNamespace, type LocalNamespace } from "./local-namespace";

let bus: LocalNamespace;
let connection: Connection;
let replies: Receiver;
let requests: Sender;

beforeAll(async () => {
  bus = await openNamespace();
  await bus.client.createSender("jobs").sendMessages([{ body: 1 }, { body: 2 }]);
  connection = await openConnection(bus.broker.port);
  const address = "jobs/$management";
  replies = connection.open_receiver({ source: address, target: "me", credit_window: 0 });
  requests = connection.open_sender(address);
  await Promise.all([once(replies, "receiver_open"), once(requests, "sendable")]);
});
afterAll(async () => {
  const closed = once(connection, "connection_close");
  connection.close();
  await closed;
  await bus.close();
});

/** Status, condition and text of the reply. */
async function ask(operation: string, body: unknown): Promise<Record<string, unknown>> {
  requests.send({ reply_to: "me", message_id: 1, application_properties: { operation }, body });
  replies.add_credit(1);
  const [{ message }] = (await once(replies, "message")) as [EventContext];
  return message?.application_properties ?? {};
}

const TOKEN = Buffer.alloc(16, 7);
const array = (items: unknown[], code: number): unknown => types.wrap_array(items, code, undefined);
const uuids = array([TOKEN], 0x98);
const UUIDS = /needs 'lock-tokens': a list, not empty, of items that are each a UUID/;
const COMPLETED = { "disposition-status": "completed" };
const PEEK = { "from-sequence-number": 0, "message-count": 1 };
const DEFERRED = { "sequence-numbers": [1], "receiver-settle-mode": 1 };

test.each<[operation: string, body: unknown, says: RegExp]>([
  ["renew-lock", {}, UUIDS],
  ["renew-lock", { "lock-tokens": array([], 0x98) }, /'lock-tokens' is not/],
  ["renew-lock", { "lock-tokens": ["text"] }, /'lock-tokens' is not/],
  ["renew-lock", { "lock-tokens": TOKEN.subarray(1) }, /'lock-tokens' is not/],
  ["renew-lock", { "lock-tokens": array([null], 0x40) }, /'lock-tokens' can't be read/],
  ["renew-lock", "not a map", UUIDS],
  ["update-disposition", COMPLETED, UUIDS],
  ["update-disposition", { "lock-tokens": uuids }, /needs 'disposition-status': a string/],
  [
    "update-disposition",
    { ...COMPLETED, "lock-tokens": uuids, "properties-to-modify": ["a", 1] },
    /'properties-to-modify' is not a map/,
  ],
  [
    "update-disposition",
    { "disposition-status": "suspended", "lock-tokens": uuids, "deadletter-reason": 5 },
    /'deadletter-reason' is not a string/,
  ],
  ["schedule-message", {}, /needs 'messages'/],
  ["schedule-message", { messages: [] }, /'messages' is not/],
  ["schedule-message", { messages: [{}] }, /each a map with binary 'message'/],
  ["schedule-message", { messages: [{ message: "text" }] }, /each a map with binary 'message'/],
  ["cancel-scheduled-message", {}, /needs 'sequence-numbers'/],
  ["cancel-scheduled-message", { "sequence-numbers": ["1"] }, /each a whole number/],
  ["receive-by-sequence-number", { ...DEFERRED, "sequence-numbers": null }, /'sequence-numbers'/],
  ["receive-by-sequence-number", { ...DEFERRED, "receiver-settle-mode": 2 }, /is not 0 or 1/],
  ["peek-message", { ...PEEK, "from-sequence-number": undefined }, /'from-sequence-number'/],
  ["peek-message", { ...PEEK, "message-count": -1 }, /'message-count' is not a whole number from/],
  ["peek-message", { ...PEEK, "message-count": 1.5 }, /'message-count' is not/],
])("%s with %j is answered 400", async (operation, body, says) => {
  expect(await ask(`com.microsoft:${operation}`, body)).toMatchObject({
    statusCode: 400,
    errorCondition: "com.microsoft:argument-error",
    statusDescription: expect.stringMatching(says),
  });
});

test("one unreadable message among those to schedule is answered 400, and none is scheduled", async () => {
  const messages = [{ message: codec.encode({ body: "fine" }) }, { message: Buffer.from("no") }];
  expect(await ask("com.microsoft:schedule-message", { messages })).toMatchObject({
    statusCode: 400,
    errorCondition: "amqp:decode-error",
  });
  expect(await bus.client.createReceiver("jobs").peekMessages(9)).toHaveLength(2);
});

test.each(["constructor", "toString", "__proto__", "hasOwnProperty", ""])(
  "the operation '%s' is answered 501",
  async (operation) => {
    expect(await ask(operation, {})).toMatchObject({
      statusCode: 501,
      errorCondition: "amqp:not-implemented",
    });
  },
);
