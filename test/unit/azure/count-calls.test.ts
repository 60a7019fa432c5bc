import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { callCounter, countCalls } from "../../../src/azure/count-calls";

const call = async (): Promise<void> => {
  const request = createPipelineRequest({ url: "https://arm.test" });
  await callCounter.sendRequest(request, async () => ({
    request,
    status: 200,
    headers: createHttpHeaders(),
  }));
};

test("calls are counted for the work that makes them, also side by side", async () => {
  const [two, one] = await Promise.all([
    countCalls(async () => {
      await call();
      await Promise.resolve();
      await call();
      return "two";
    }),
    countCalls(call),
    call(),
  ]);
  expect(two).toEqual({ result: "two", calls: 2 });
  expect(one.calls).toBe(1);
});
