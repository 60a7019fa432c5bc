import { InvocationContext, PreInvocationContext } from "@azure/functions";
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { correlateCalls, correlationHeaders } from "../../../src/azure/correlation";
import { correlationIdOf } from "../../../src/domain/run/correlation";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;

/** Headers of calls that are made in an invocation of a function. */
async function callsIn(
  trigger: string,
  input: unknown,
  { traceParent, calls = 1 }: { traceParent?: string; calls?: number } = {},
) {
  const sent: { correlation: string | undefined; traceparent: string | undefined }[] = [];
  const hook = new PreInvocationContext({
    inputs: [input],
    functionCallback: async () => {
      for (let made = 0; made < calls; made++) {
        const request = createPipelineRequest({ url: "https://arm.test" });
        const headers = createHttpHeaders();
        await correlationHeaders.sendRequest(request, async () => ({
          request,
          status: 200,
          headers,
        }));
        sent.push({
          correlation: request.headers.get("x-ms-correlation-request-id"),
          traceparent: request.headers.get("traceparent"),
        });
      }
    },
    invocationContext: new InvocationContext({
      invocationId: "invocation-1",
      options: { trigger: { type: trigger, name: "input" } },
      ...(traceParent === undefined ? {} : { traceContext: { traceParent } }),
    }),
  });
  correlateCalls(hook);
  await hook.functionHandler(input, hook.invocationContext);
  return sent;
}

test("every call of an activity has its run's one id, and a span of its own in the trace that began the run", async () => {
  const run = { runId: "run-1", traceParent: PARENT };
  const calls = [
    ...(await callsIn("activityTrigger", run, { calls: 2 })),
    ...(await callsIn("activityTrigger", run, {
      traceParent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    })),
  ];
  for (const { correlation, traceparent } of calls) {
    expect(correlation).toBe(correlationIdOf("run-1"));
    expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  }
  expect(correlationIdOf("run-1")).toMatch(GUID);
  expect(correlationIdOf("run-2")).not.toBe(correlationIdOf("run-1"));
  expect(new Set(calls.map(({ traceparent }) => traceparent)).size).toBe(3);
});

test.each([undefined, "", "no trace", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`])(
  "a run that came with the trace %p has one of its own, the same in every process",
  async (traceParent) => {
    const [one, other] = await callsIn(
      "activityTrigger",
      { runId: "run-1", traceParent },
      { calls: 2 },
    );
    expect(one?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(one?.traceparent?.slice(0, 36)).toBe(other?.traceparent?.slice(0, 36));
    expect(one?.traceparent).not.toContain("0".repeat(32));
  },
);

test("what a trigger calls belongs to its invocation, whatever the sender has written", async () => {
  const [call] = await callsIn("serviceBusTrigger", { runId: "run-1" }, { traceParent: PARENT });
  expect(call?.correlation).toBe("invocation-1");
  expect(call?.traceparent).toContain(TRACE);
});

test("calls outside of an invocation are sent as they are", async () => {
  const request = createPipelineRequest({ url: "https://arm.test" });
  await correlationHeaders.sendRequest(request, async () => ({
    request,
    status: 200,
    headers: createHttpHeaders(),
  }));
  expect([...request.headers]).toEqual([]);
});
