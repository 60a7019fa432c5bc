import { join } from "node:path";
import { AnswerCheck, type Answer } from "../../../../tools/check-spec/answer-check";
import { readExamples } from "../../../../tools/check-spec/examples";
import { readSpecification } from "../../../../tools/check-spec/specification";

const FOLDER = join(__dirname, "../../../fixtures/specification");
const PATH = "/subscriptions/s/providers/Made.Up/widgets/w";
const specification = readSpecification(FOLDER, {
  exceptions: [
    { at: "Widget.weight", schema: { type: "number" }, since: "2021-01-01" },
    { at: "Widget.colour=Green", since: "2021-01-01" },
    { at: "Widget.colour=Grey", since: "2022-01-01" },
  ],
  alwaysAnswered: { Thing: ["type"], CloudError: ["error"], ApiError: ["code", "message"] },
});
const check = new AnswerCheck(specification);
const widget = (more: object = {}) => ({ id: PATH, type: "Made.Up/widgets", size: 1, ...more });
const got = (body: unknown): Answer => ({ method: "GET", path: PATH, status: 200, body });

test("an answer that its definition describes is right", () => {
  const full = widget({
    colour: "Blue",
    made: "2026-01-31T12:00:00.1234567+00:00",
    parts: [widget()],
    labels: { any: "text" },
  });
  expect(check.check(got(full))).toEqual({ definition: "Widget", failures: [], exceptions: [] });
});

test.each<[string, unknown, string]>([
  ["an unknown member", widget({ sise: 2 }), "$.sise: is unknown"],
  [
    "an unknown member further in",
    widget({ parts: [widget({ x: 1 })] }),
    "$.parts[0].x: is unknown",
  ],
  ["a wrong type", widget({ size: "1" }), "$.size: must be integer"],
  ["a number out of range", widget({ size: 2 ** 31 }), '$.size: must match format "int32"'],
  [
    "a wrong value",
    widget({ colour: "red" }),
    "$.colour: must be equal to one of the allowed values: Red, Blue",
  ],
  ["a wrong date", widget({ made: "yesterday" }), '$.made: must match format "date-time"'],
  ["a wrong list", widget({ parts: ["w"] }), "$.parts[0]: must be object"],
  ["a wrong value in a map", widget({ labels: { a: 1 } }), "$.labels.a: must be string"],
  [
    "a missing member",
    { id: PATH, type: "Made.Up/widgets" },
    "$: must have required property 'size'",
  ],
  [
    "a missing member of what it inherits from",
    { type: "Made.Up/widgets", size: 1 },
    "$: must have required property 'id'",
  ],
  [
    "a missing member that is always answered",
    { id: PATH, size: 1 },
    "$: must have required property 'type'",
  ],
  ["no body at all", undefined, "$: must be object"],
])("%s is refused, and its place told", (_, body, expected) => {
  expect(check.check(got(body)).failures).toContain(expected);
});

test("what later api-versions have is taken and counted, each by itself", () => {
  const verdict = check.check(got(widget({ weight: 1.5, colour: "Green" })));
  expect(verdict.failures).toEqual([]);
  expect(verdict.exceptions.sort()).toEqual(["Widget.colour=Green", "Widget.weight"]);
  expect(check.check(got(widget({ weight: "much" }))).failures).toEqual([
    "$.weight: must be number",
  ]);
});

test("statuses, bodies and errors are those of the operation", () => {
  const call = (method: string, status: number, body?: unknown) =>
    check.check({ method, path: PATH.toUpperCase(), status, body }).failures;
  expect(call("DELETE", 202)).toEqual([]);
  expect(call("DELETE", 202, {})).toEqual(["$: a body where there is none"]);
  expect(call("DELETE", 200)).toEqual(["status 200 isn't one of the operation's"]);
  expect(call("GET", 404, { error: { code: "NotFound", message: "It isn't there." } })).toEqual([]);
  expect(call("GET", 404, { error: { code: "NotFound" } })).toEqual([
    "$.error: must have required property 'message'",
  ]);
  expect(call("GET", 404, "gone")).toEqual(["$: must be object"]);
});

test("of other paths nothing is said", () => {
  const verdict = check.check({ ...got({ any: "thing" }), path: "/subscriptions/s" });
  expect(verdict).toEqual({ failures: [], exceptions: [] });
});

describe("polling an operation", () => {
  const path = "/subscriptions/s/providers/Microsoft.Compute/locations/westus/DiskOperations/guid";
  const startTime = "2026-01-31T12:00:00Z";
  const poll = (body?: unknown, status = 200) =>
    check.check({ method: "GET", path, status, body }).failures;

  it("answers its status, with the end and the error that belong to it", () => {
    const status = { startTime, name: "guid", status: "InProgress" };
    const ended = { ...status, endTime: startTime };
    expect(poll(status)).toEqual([]);
    expect(poll({ ...ended, status: "Succeeded" })).toEqual([]);
    expect(poll({ ...status, status: "Succeeded" })).toContain(
      "$: must have required property 'endTime'",
    );
    expect(poll({ ...ended, status: "Failed" })).toContain(
      "$: must have required property 'error'",
    );
  });

  it("answers the resource at its Location, or in the output, as the type demands", () => {
    expect(poll(undefined, 202)).toEqual([]);
    expect(poll(widget())).toEqual([]);
    expect(poll(widget({ sise: 1 }))).toEqual(["$.sise: is unknown"]);
    const ended = { startTime, endTime: startTime, name: "guid", status: "Succeeded" };
    expect(poll({ ...ended, properties: { output: widget({ sise: 1 }) } })).toEqual([
      "$.properties.output.sise: is unknown",
    ]);
  });
});

test("examples are read with their operation, also those that no operation names", () => {
  const { examples, absent } = readExamples(FOLDER, specification);
  expect(absent).toEqual(["Widget_Get_Absent"]);
  expect(examples.map(({ name, later, operation }) => [name, later, operation.id])).toEqual([
    ["Widget_Get", false, "Widgets_Get"],
    ["Widget_Get_OfLaterVersion", true, "Widgets_Get"],
  ]);
  expect(examples[0]?.operation.parameters).toEqual({
    path: ["subscriptionId", "widgetName"],
    query: ["api-version"],
  });
});

test("what is known of a definition that isn't there is refused: it would check nothing", () => {
  const exceptions = [{ at: "Wigdet.weight", schema: { type: "number" }, since: "2021-01-01" }];
  const alwaysAnswered = { Gadget: ["id"] };
  expect(() => readSpecification(FOLDER, { exceptions, alwaysAnswered })).toThrow(
    /doesn't define Wigdet, Gadget$/,
  );
});

test("a folder without a Swagger document is refused", () => {
  const examples = join(FOLDER, "WidgetRP_2020-01-01/examples");
  expect(() => readSpecification(examples, { exceptions: [], alwaysAnswered: {} })).toThrow(
    "holds no Swagger 2.0 document",
  );
});
