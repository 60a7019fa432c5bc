import { renderResult, type DemoResult } from "../../../src/cli/demo-result";
import type { GivenFault } from "../../../src/cli/fault-control";
import { rehearse } from "../../../src/cli/rehearse";

const RESULT: DemoResult = {
  requestId: "r",
  publicationId: null,
  image: null,
  state: "published",
  durationMs: 1,
  regions: [],
  armWrites: [],
  armReads: 0,
  failure: null,
};
const screen = {
  begin: () => undefined,
  note: () => undefined,
  show: () => undefined,
  finish: () => undefined,
};

/** A rehearsal whose one fault the stack says to have struck so often. */
function rehearsed(struck: number): Promise<DemoResult> {
  const fault: GivenFault = { key: "1", fault: { http: { status: 500 } }, struck };
  jest
    .spyOn(globalThis, "fetch")
    .mockImplementation(() => Promise.resolve(Response.json({ ...fault, faults: [fault] })));
  return rehearse(
    { name: "n", about: "a", faults: [fault.fault as never], ends: ["published"] },
    { requestId: "r", body: {} },
    {
      controlUrl: "http://control",
      screen,
      interrupted: new AbortController().signal,
      publish: () => Promise.resolve(RESULT),
    },
  );
}

afterEach(() => jest.restoreAllMocks());

test("a rehearsal that ends as told, and whose fault struck, went as told", async () => {
  const result = await rehearsed(1);
  expect(result.rehearsal?.asTold).toBe(true);
  expect(renderResult(result).at(-1)).toBe("Ended published, as it should.");
});

test("a rehearsal whose fault had nothing to strike didn't go as told, and says why", async () => {
  const result = await rehearsed(0);
  expect(result.rehearsal?.asTold).toBe(false);
  expect(renderResult(result).at(-1)).toBe(
    "Ended published, but there was nothing for a fault to strike.",
  );
});
