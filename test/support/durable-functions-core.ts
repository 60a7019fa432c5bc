import type { CoreModule, ProgrammingModel } from "../../src/local/functions-host/core-module";
import { FunctionApp, type AppLogEntry } from "../../src/local/functions-host/function-app";
import type {
  DurableFunctionKind,
  FunctionInvoker,
} from "../../src/local/durable-wire-v3/function-invoker";

/**
 * Stands in for the Functions host in tests: the real `@azure/functions` and `durable-functions`
 * register their functions here. The libraries keep the module for good, so it hands every call on
 * to the app of the moment: each test may begin with an empty one.
 */
let current = new FunctionApp();
let programmingModel: ProgrammingModel | undefined;

const delegatingModule: CoreModule = {
  ...current.coreModule(),
  registerFunction: (metadata, callback) =>
    current.coreModule().registerFunction(metadata, callback),
  registerHook: (name, callback) => current.coreModule().registerHook(name, callback),
  setProgrammingModel: (model) => {
    programmingModel = model;
    current.coreModule().setProgrammingModel(model);
  },
  getProgrammingModel: () => current.coreModule().getProgrammingModel(),
  log: (level, category, message) => current.coreModule().log(level, category, message),
};

// Before anything loads @azure/functions, which asks for the module once and remembers a failure.
jest.doMock("@azure/functions-core", () => delegatingModule, { virtual: true });

/** An app without functions; what is registered from now on goes there. */
export function freshFunctionApp(
  onLog: (entry: AppLogEntry) => void = () => undefined,
): FunctionApp {
  current = new FunctionApp(onLog);
  if (programmingModel) current.coreModule().setProgrammingModel(programmingModel);
  return current;
}

const KINDS: Readonly<Record<string, DurableFunctionKind>> = {
  orchestrationtrigger: "orchestrator",
  activitytrigger: "activity",
  entitytrigger: "entity",
};

/** The app as the durable host wants it. */
export function invokerOf(app: FunctionApp): FunctionInvoker {
  const find = (name: string) =>
    [...app.functions.values()].find((f) => f.name.toLowerCase() === name.toLowerCase());
  return {
    kindOf: (name) => KINDS[find(name)?.trigger.type.toLowerCase() ?? ""],
    invoke: async (name, data, triggerMetadata) => {
      const target = find(name);
      if (!target) throw new Error(`the test app has no function ${name}`);
      return (await app.invoke(target, data, { triggerMetadata })).returnValue ?? null;
    },
  };
}
