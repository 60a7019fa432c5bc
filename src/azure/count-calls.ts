import { AsyncLocalStorage } from "node:async_hooks";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";

const counting = new AsyncLocalStorage<{ calls: number }>();

/** Counts what goes over the wire, pages of lists one by one. */
export const callCounter: PipelinePolicy = {
  name: "callCounter",
  sendRequest: (request, next) => {
    const counter = counting.getStore();
    if (counter !== undefined) counter.calls++;
    return next(request);
  },
};

/** Runs `work` and tells how many calls of Resource Manager were made in it. */
export async function countCalls<T>(work: () => Promise<T>): Promise<{ result: T; calls: number }> {
  const counter = { calls: 0 };
  const result = await counting.run(counter, work);
  return { result, calls: counter.calls };
}
