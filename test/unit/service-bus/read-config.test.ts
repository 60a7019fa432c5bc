import { readFileSync } from "node:fs";
import { defaultNamespace } from "../../../src/local/service-bus/config-schema";
import { parseConfig } from "../../../src/local/service-bus/read-config";

const mistakesOf = (text: string): string[] => {
  try {
    parseConfig(text, "f.yaml");
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error("the configuration was accepted");
};

test("the sample is the default", () => {
  const sample = parseConfig(readFileSync("samples/service-bus.yaml", "utf8"), "sample");
  expect(sample).toEqual(defaultNamespace);
  expect(sample.queues).toEqual([
    expect.objectContaining({
      name: "publish-requests",
      lockDurationMs: 60_000,
      maxDeliveryCount: 10,
    }),
  ]);
});

test("every setting is read", () => {
  const text = `
queues:
  - name: a
    lockDuration: PT1M30S
    maxDeliveryCount: 2
    defaultTtl: P1DT1H
    deadLetteringOnMessageExpiration: true
topics:
  - name: t
    subscriptions: [{ name: s, lockDuration: PT5S }]
`;
  expect(parseConfig(text, "f")).toMatchObject({
    queues: [
      {
        name: "a",
        lockDurationMs: 90_000,
        maxDeliveryCount: 2,
        defaultTimeToLiveMs: 25 * 3600_000,
        deadLetterOnExpiration: true,
      },
    ],
    topics: [{ name: "t", subscriptions: [{ name: "s", lockDurationMs: 5000 }] }],
  });
});

test("an empty file is an empty namespace", () => {
  expect(parseConfig("", "f")).toEqual({ queues: [], topics: [] });
});

test("all mistakes are told at once, each with its line", () => {
  const text = `queues:
  - name: a
    lockDuration: PT10M
    requiresSession: true
  - name: A
    maxDeliveryCount: 0
    defaultTtl: P1M
  - lockDuraton: PT1M
topics:
  - name: "a/b"
    subscriptions:
      - name: s
        rules: []
      - name: S
`;
  expect(mistakesOf(text)).toEqual([
    "f.yaml:3: queues[0].lockDuration: a lock lasts from PT1S to PT5M",
    "f.yaml:4: queues[0].requiresSession: 'requiresSession' is not supported by the local Service Bus",
    "f.yaml:5: 'A' is already defined in line 2",
    "f.yaml:6: queues[1].maxDeliveryCount: Too small: expected number to be >=1",
    "f.yaml:7: queues[1].defaultTtl: 'P1M' is not a duration like PT30S or P14D",
    expect.stringMatching(/^f.yaml:8: queues\[2\].name: /),
    "f.yaml:8: queues[2].lockDuraton: unknown setting 'lockDuraton'",
    expect.stringMatching(/^f.yaml:10: topics\[0\].name: a name has letters/),
    "f.yaml:13: topics[0].subscriptions[0].rules: 'rules' is not supported by the local Service Bus",
    "f.yaml:14: 'S' is already defined in line 12",
  ]);
});

test("what isn't YAML is told with its line", () => {
  expect(mistakesOf("queues:\n  - name: [a\n")).toEqual([expect.stringMatching(/^f.yaml:[23]: /)]);
  expect(mistakesOf("- a\n")).toEqual([expect.stringMatching(/^f.yaml:1: /)]);
});
