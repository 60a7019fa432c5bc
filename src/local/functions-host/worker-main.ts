import { FunctionApp } from "./function-app";
import { endWithParent } from "./parent-watch";
import type { TypedData } from "./typed-data";
import type { FromWorker, ToWorker } from "./worker-protocol";

/**
 * The process that runs the function app. The host starts it, hands it invocations over IPC, and
 * starts another one when it ends: an app that crashes or hangs takes nothing else with it.
 */
const app = new FunctionApp((entry) => send({ kind: "log", entry }));
let durableClient: TypedData = {};
app.provideInput("durableClient", () => durableClient);
app.install();

endWithParent();
// Signals to the whole process group (Ctrl-C) are the host's to heed: it ends this process in its own time.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
process.on("message", (message: ToWorker) => void handle(message));

async function handle(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case "load":
      return send(await load(message.appDirectory));
    case "invoke":
      return send(await invoke(message));
    case "terminate":
      await app.terminate();
      process.exit(0);
  }
}

async function load(appDirectory: string): Promise<FromWorker> {
  try {
    await app.load(appDirectory);
  } catch (error) {
    return { kind: "failedToLoad", text: stackOf(error) };
  }
  const functions = Array.from(
    app.functions.values(),
    ({ callback: _, ...definition }) => definition,
  );
  // Bindings travel as JSON, as in Azure: what isn't JSON (functions) must not stop them.
  return { kind: "loaded", functions: JSON.parse(JSON.stringify(functions)) as typeof functions };
}

async function invoke(call: ToWorker & { kind: "invoke" }): Promise<FromWorker> {
  const { id } = call;
  try {
    const target = app.functions.get(call.name);
    if (!target) throw new Error(`the app has not registered the function ${call.name}`);
    if (call.durableClient) durableClient = call.durableClient;
    return { kind: "returned", id, response: await app.invoke(target, call.data, call.options) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "threw", id, message, stack: stackOf(error) };
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function send(message: FromWorker): void {
  process.send?.(message);
}
