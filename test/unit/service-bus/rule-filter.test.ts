import { message as rhea, types } from "rhea";
import {
  correlates,
  parseSqlFilter,
  type CorrelationFilter,
} from "../../../src/local/service-bus/amqp/rule-filter";

const content = rhea.encode({
  message_id: "m",
  to: "there",
  subject: "published",
  reply_to: "back",
  correlation_id: types.wrap_uuid(Buffer.alloc(16, 1)),
  content_type: "application/json",
  group_id: "s",
  reply_to_group_id: "rs",
  application_properties: {
    text: "5",
    int: types.wrap_int(5),
    long: types.wrap_long(5),
    double: types.wrap_double(1.5),
    flag: true,
    none: null,
  },
  body: "published",
});

test.each<[CorrelationFilter, CorrelationFilter]>([
  [{ messageId: "m" }, { messageId: "M" }],
  [{ to: "there" }, { to: "elsewhere" }],
  [{ label: "published" }, { label: "publishe" }],
  [{ replyTo: "back" }, { replyTo: "there" }],
  [{ correlationId: "01".repeat(16) }, { correlationId: "m" }],
  [{ contentType: "application/json" }, { contentType: "text/plain" }],
  [{ sessionId: "s" }, { sessionId: "rs" }],
  [{ replyToSessionId: "rs" }, { replyToSessionId: "s" }],
  [{ properties: { text: "5" } }, { properties: { text: 5 } }],
  [{ properties: { int: 5, long: 5 } }, { properties: { int: 5, long: 6 } }],
  [{ properties: { double: 1.5 } }, { properties: { double: 1 } }],
  [{ properties: { flag: true } }, { properties: { flag: false } }],
  [{ properties: { int: 5 } }, { properties: { missing: 5 } }],
  [
    { label: "published", to: "there" },
    { label: "published", to: "elsewhere" },
  ],
  [
    { label: "published", properties: { text: "5" } },
    { label: "published", properties: { none: "" } },
  ],
])("%j selects the message, %j doesn't", (selecting, other) => {
  expect(correlates(selecting, content)).toBe(true);
  expect(correlates(other, content)).toBe(false);
});

test("a message without properties is selected by none of them", () => {
  const bare = rhea.encode({ body: "b" });
  expect(correlates({ label: "published" }, bare)).toBe(false);
  expect(correlates({ properties: { text: "5" } }, bare)).toBe(false);
});

test.each([
  ["sys.Label = 'published'", { label: "published" }],
  [" SYS.label='it''s'", { label: "it's" }],
  ["sys.Label = ''", { label: "" }],
  ["1=1", true],
  ["1 = 0", false],
])("the SQL filter %s is understood", (expression, filter) => {
  expect(parseSqlFilter(expression)).toEqual(filter);
});

test.each([
  "sys.Subject = 'x'",
  "Label = 'x'",
  "sys.Label = 'x' OR 1=1",
  "sys.Label <> 'x'",
  "sys.Label = 'it's'",
  'sys.Label = "x"',
  "2=2",
  "",
])("the SQL filter %s isn't", (expression) => {
  expect(parseSqlFilter(expression)).toBeUndefined();
});
