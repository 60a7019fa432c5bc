import { FunctionApp, type AppLogEntry } from "../../../src/local/functions-host/function-app";
import type { ProgrammingModel } from "../../../src/local/functions-host/core-module";

const mockLog: AppLogEntry[] = [];
const mockApp = new FunctionApp((entry) => mockLog.push(entry));
jest.mock("@azure/functions-core", () => mockApp.coreModule(), { virtual: true });

import { app } from "@azure/functions";

const bindings = { timer: { type: "timerTrigger", direction: "in" as const } };

test("an app registers, is started once, runs through its hooks, and is locked afterwards", async () => {
  const steps: string[] = [];
  app.hook.appStart(() => void steps.push("appStart"));
  app.hook.log((context) => void (context.message = `[${context.message}]`));
  app.hook.preInvocation((context) => {
    context.inputs = [{ name: "replaced" }];
  });
  app.hook.postInvocation((context) => {
    if (context.error) {
      context.error = null;
      context.result = "mended";
    }
  });
  app.generic("greet", {
    trigger: { type: "activityTrigger", name: "input" },
    handler: (input, context) => {
      context.log("greeting");
      const { name } = input as { name: string };
      if (context.triggerMetadata?.fail === true) throw new Error("no greeting");
      return `hello ${name}`;
    },
  });
  await mockApp.start("/app");
  const greet = mockApp.functions.get("greet");
  if (!greet) throw new Error("greet is not registered");

  const answer = await mockApp.invoke(greet, { json: '{"name":"world"}' });
  expect(answer.returnValue).toEqual({ string: "hello replaced" });
  const mended = await mockApp.invoke(greet, {}, { triggerMetadata: { fail: { json: "true" } } });
  expect(mended.returnValue).toEqual({ string: "mended" });

  expect(steps).toEqual(["appStart"]);
  expect(mockLog.find(({ category }) => category === "user")).toMatchObject({
    message: "[greeting]",
    functionName: "greet",
    level: "information",
  });
  expect(() => app.timer("late", { schedule: "0 * * * * *", handler: () => undefined })).toThrow(
    "A function can only be registered during app startup.",
  );
});

test("what a function throws is thrown as an error with its text, also when it is none", async () => {
  const other = new FunctionApp();
  const core = other.coreModule();
  core.setProgrammingModel(plainModel);
  core.registerFunction({ name: "fails", bindings }, () => Promise.reject(new Error("broken")));
  core.registerFunction({ name: "throwsText", bindings }, () => {
    throw "just text"; // eslint-disable-line @typescript-eslint/only-throw-error
  });
  const run = (name: string) => {
    const target = other.functions.get(name);
    if (!target) throw new Error(`${name} is not registered`);
    return other.invoke(target, {});
  };
  await expect(run("fails")).rejects.toThrow("broken");
  await expect(run("throwsText")).rejects.toThrow("just text");
});

test("a name that is taken, a missing trigger and an unknown hook are refused", () => {
  const core = new FunctionApp().coreModule();
  core.registerFunction({ name: "one", bindings }, () => null);
  expect(() => core.registerFunction({ name: "one", bindings }, () => null)).toThrow(
    /already been registered/,
  );
  expect(() => core.registerFunction({ name: "two", bindings: {} }, () => null)).toThrow(
    /has no trigger/,
  );
  expect(() => core.registerHook("somewhere", () => null)).toThrow(RangeError);
});

/** The least that a programming model can be: the trigger's data in, the value out. */
const plainModel: ProgrammingModel = {
  name: "plain",
  version: "1",
  getCapabilities: async (capabilities) => capabilities,
  getInvocationModel: () => ({
    getArguments: async () => ({ context: {}, inputs: [] }),
    invokeFunction: async (_, inputs, callback) => callback(...inputs),
    getResponse: async () => ({ outputData: [] }),
  }),
};
