import { readFileSync } from "node:fs";
import { message as rhea } from "rhea";
import { DEFAULT_CONFIG } from "../../../src/local/service-bus/config-schema";
import { parseConfig, type ConfigSource } from "../../../src/local/service-bus/read-config";

const parse = (text: string) => parseConfig({ text, file: "f.yaml" });

const mistakesOf = (...sources: ConfigSource[]): string[] => {
  try {
    parseConfig(...sources);
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error("the configuration was accepted");
};
const mistakesIn = (text: string): string[] => mistakesOf({ text, file: "f.yaml" });

test("the sample is the default", () => {
  const sample = parse(readFileSync("samples/service-bus.yaml", "utf8"));
  expect(sample).toEqual(parse(DEFAULT_CONFIG));
  expect(sample.queues).toEqual([
    expect.objectContaining({
      name: "publish-requests",
      lockDurationMs: 60_000,
      maxDeliveryCount: 10,
      duplicateWindowMs: 600_000,
    }),
  ]);
});

test("every setting is read", () => {
  const text = `
queues:
  - name: a
    lockDuration: PT1M30S
    maxDeliveryCount: 2
    defaultMessageTimeToLive: P1DT1H
    deadLetteringOnMessageExpiration: true
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: PT1M
topics:
  - name: t
    defaultMessageTimeToLive: PT1H
    requiresDuplicateDetection: true
    subscriptions: [{ name: s, lockDuration: PT5S }]
`;
  expect(parse(text)).toMatchObject({
    queues: [
      {
        name: "a",
        lockDurationMs: 90_000,
        maxDeliveryCount: 2,
        defaultTimeToLiveMs: 25 * 3600_000,
        deadLetterOnExpiration: true,
        duplicateWindowMs: 60_000,
      },
    ],
    topics: [
      {
        name: "t",
        defaultTimeToLiveMs: 3600_000,
        duplicateWindowMs: 600_000,
        subscriptions: [{ name: "s", lockDurationMs: 5000, rules: undefined }],
      },
    ],
  });
});

test("rules are read in the form of Azure's resources, and select", () => {
  const text = `
topics:
  - name: t
    subscriptions:
      - name: s
        rules:
          - { name: $Default, sqlFilter: { sqlExpression: 1=1 } }
          - { name: none, sqlFilter: { sqlExpression: 1=0 } }
          - { name: label, sqlFilter: { sqlExpression: "sys.Label = 'x'" } }
          - name: correlation
            correlationFilter: { label: x, properties: { region: westus, count: 2 } }
      - { name: nothing, rules: [] }
`;
  const [all, none, label, correlation] =
    parse(text).topics[0]?.subscriptions[0]?.rules?.map((rule) => rule.selects) ?? [];
  const selecting = (subject: string, region: string): (boolean | undefined)[] => {
    const content = rhea.encode({ subject, application_properties: { region, count: 2 }, body: 1 });
    return [all, none, label, correlation].map((selects) => selects?.(content));
  };
  expect(selecting("x", "westus")).toEqual([true, false, true, true]);
  expect(selecting("x", "eastus")).toEqual([true, false, true, false]);
  expect(selecting("y", "westus")).toEqual([true, false, false, false]);
  expect(parse(text).topics[0]?.subscriptions[1]?.rules).toEqual([]);
});

test("an empty file is an empty namespace", () => {
  expect(parse("")).toEqual({ queues: [], topics: [] });
});

test("all mistakes are told at once, each with its line", () => {
  const text = `queues:
  - name: a
    lockDuration: PT10M
    requiresSession: true
  - name: A
    maxDeliveryCount: 0
    defaultMessageTimeToLive: P1M
  - lockDuraton: PT1M
  - name: b
    duplicateDetectionHistoryTimeWindow: PT1M
  - name: c
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: PT1S
topics:
  - name: "a/b"
    subscriptions:
      - name: s
        forwardTo: a
      - name: S
`;
  expect(mistakesIn(text)).toEqual([
    "f.yaml:3: queues[0].lockDuration: a lock lasts from PT1S to PT5M",
    "f.yaml:4: queues[0].requiresSession: 'requiresSession' is not supported by the local Service Bus",
    "f.yaml:5: 'A' is already defined in line 2",
    "f.yaml:6: queues[1].maxDeliveryCount: Too small: expected number to be >=1",
    "f.yaml:7: queues[1].defaultMessageTimeToLive: 'P1M' is not a duration like PT30S or P14D",
    expect.stringMatching(/^f.yaml:8: queues\[2\].name: /),
    "f.yaml:8: queues[2].lockDuraton: unknown setting 'lockDuraton'",
    "f.yaml:10: queues[3].duplicateDetectionHistoryTimeWindow: a window without requiresDuplicateDetection: true has no effect",
    "f.yaml:13: queues[4].duplicateDetectionHistoryTimeWindow: a window for duplicates lasts from PT20S to P7D",
    expect.stringMatching(/^f.yaml:15: topics\[0\].name: a name has letters/),
    "f.yaml:18: topics[0].subscriptions[0].forwardTo: 'forwardTo' is not supported by the local Service Bus",
    "f.yaml:19: 'S' is already defined in line 17",
  ]);
});

test("rules that aren't supported, or say nothing, are told by name", () => {
  const text = `topics:
  - name: t
    subscriptions:
      - name: s
        rules:
          - { name: a, sqlFilter: { sqlExpression: "quantity > 3" } }
          - { name: A, sqlFilter: { sqlExpression: 1=1 }, action: { sqlExpression: "SET x = 1" } }
          - { name: b, correlationFilter: {} }
          - { name: c }
          - { name: d, correlationFilter: { colour: red } }
          - { name: e, correlationFilter: { label: x }, sqlFilter: { sqlExpression: 1=1 } }
`;
  const rules = "topics[0].subscriptions[0].rules";
  expect(mistakesIn(text)).toEqual([
    `f.yaml:6: ${rules}[0].sqlFilter.sqlExpression: of SQL the local Service Bus supports only sys.Label = '…', 1=1 and 1=0, not 'quantity > 3'`,
    `f.yaml:7: ${rules}[1].action: 'action' is not supported by the local Service Bus`,
    "f.yaml:7: 'A' is already defined in line 6",
    `f.yaml:8: ${rules}[2].correlationFilter: a correlation filter names at least one property`,
    `f.yaml:9: ${rules}[3]: a rule has either a correlationFilter or a sqlFilter`,
    `f.yaml:10: ${rules}[4].correlationFilter.colour: unknown setting 'colour'`,
    `f.yaml:10: ${rules}[4].correlationFilter: a correlation filter names at least one property`,
    `f.yaml:11: ${rules}[5]: a rule has either a correlationFilter or a sqlFilter`,
  ]);
});

describe("the world file's section", () => {
  const world = (text: string): ConfigSource => ({ text, file: "w.yaml", section: "serviceBus" });
  const app: ConfigSource = { text: DEFAULT_CONFIG, file: "app.yaml" };

  test("adds its entities to the app's own", () => {
    const { queues, topics } = parseConfig(
      app,
      world(`galleries: [{ name: g }]
serviceBus:
  queues: [{ name: scratch }]
  topics: [{ name: news, subscriptions: [{ name: all }] }]
`),
    );
    expect(queues.map(({ name }) => name)).toEqual(["publish-requests", "scratch"]);
    expect(topics.map(({ name }) => name)).toEqual(["publication-events", "news"]);
  });

  test.each(["samples/world.yaml", "samples/dotnet/service-bus/world.yaml"])(
    "of %s is in order",
    (file) => {
      const { queues } = parseConfig(app, world(readFileSync(file, "utf8")));
      expect(queues.length).toBeGreaterThan(1);
    },
  );

  test("may be missing", () => {
    expect(parseConfig(app, world("galleries: []"))).toEqual(parseConfig(app));
    expect(parseConfig(app, world(""))).toEqual(parseConfig(app));
  });

  test("can't redefine what the app has; mistakes of both files are told together", () => {
    const text = `serviceBus:
  queues:
    - name: PUBLISH-REQUESTS
      colour: red
`;
    expect(mistakesOf({ text: `${DEFAULT_CONFIG}more: 1`, file: "app.yaml" }, world(text))).toEqual(
      [
        "app.yaml:11: more: unknown setting 'more'",
        "w.yaml:3: 'PUBLISH-REQUESTS' is already defined in app.yaml, line 2",
        "w.yaml:4: serviceBus.queues[0].colour: unknown setting 'colour'",
      ],
    );
    expect(mistakesOf(app, world("serviceBus: scratch"))).toEqual([
      expect.stringMatching(/^w.yaml:1: serviceBus: /),
    ]);
  });
});

test("what isn't YAML is told with its line", () => {
  expect(mistakesIn("queues:\n  - name: [a\n")).toEqual([expect.stringMatching(/^f.yaml:[23]: /)]);
  expect(mistakesIn("- a\n")).toEqual([expect.stringMatching(/^f.yaml:1: /)]);
});
