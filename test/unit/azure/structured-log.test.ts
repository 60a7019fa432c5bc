import { inInvocation } from "../../../src/azure/correlation";
import { logged, structuredLog } from "../../../src/azure/structured-log";
import { publicationEvent } from "../../../src/domain/run/publication-event";

const TIME = "2026-11-24T12:00:00.000Z";
const EVENT = publicationEvent({
  ...{ state: "failed", publicationId: "p", key: "run-1", time: TIME },
  data: { id: "f", runId: "run-1", leftOverCount: 2 },
});

function invocation() {
  const written: [string, unknown][] = [];
  const at = (level: string) => (text: string) => void written.push([level, JSON.parse(text)]);
  const write = { info: at("info"), warn: at("warn"), error: at("error") };
  return {
    written,
    scope: { correlationId: "c", trace: { traceId: "t", spanId: "s", flags: "01" }, write },
  };
}

test("a line is one JSON object in the log of its invocation, at its level, with what goes along with the invocation", () => {
  const { written, scope } = invocation();
  inInvocation(scope, () => structuredLog({ event: "deadLetters", time: TIME, count: 3 }));
  const line = { event: "deadLetters", time: TIME, count: 3 };
  expect(written).toEqual([["warn", { ...line, correlationId: "c", traceId: "t" }]]);
});

test("two invocations side by side write to their own logs", async () => {
  const [one, two] = [invocation(), invocation()];
  const work = async (): Promise<void> => {
    await Promise.resolve();
    structuredLog({ event: "deadLetters", time: TIME, count: 1 });
  };
  await Promise.all([inInvocation(one.scope, work), inInvocation(two.scope, work)]);
  expect([one.written.length, two.written.length]).toEqual([1, 1]);
});

test("what is announced is logged, once it is announced", async () => {
  const { written, scope } = invocation();
  const announcer = {
    announce: () => inInvocation(scope, async () => expect(written).toEqual([])),
  };
  await inInvocation(scope, () => logged(announcer, structuredLog).announce(EVENT));
  expect(written).toMatchObject([
    ["error", { event: "failed", failureId: "f", correlationId: "c" }],
    ["warn", { event: "leftOver", count: 2 }],
  ]);
});

test("what couldn't be announced isn't logged: it is announced again", async () => {
  const { written, scope } = invocation();
  const away = { announce: () => Promise.reject(new Error("the topic is away")) };
  await expect(
    inInvocation(scope, () => logged(away, structuredLog).announce(EVENT)),
  ).rejects.toThrow("away");
  expect(written).toEqual([]);
});
