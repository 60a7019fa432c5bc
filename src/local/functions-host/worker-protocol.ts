import type { InvocationResponse } from "./core-module";
import type { AppLogEntry, FunctionDefinition, InvokeOptions } from "./function-app";
import type { TypedData } from "./typed-data";

/** What the host tells the process that runs the app. */
export type ToWorker =
  | { kind: "load"; appDirectory: string }
  | {
      kind: "invoke";
      id: number;
      name: string;
      data: TypedData;
      options: InvokeOptions;
      /** The value of the `durableClient` input, for functions that have one. */
      durableClient: TypedData | undefined;
    }
  /** Run the `appTerminate` hooks, then end. */
  | { kind: "terminate" };

/** What that process answers. */
export type FromWorker =
  | { kind: "loaded"; functions: FunctionDefinition[] }
  /** The entry file, or an `appStart` hook, threw this. */
  | { kind: "failedToLoad"; text: string }
  | { kind: "returned"; id: number; response: InvocationResponse }
  /** Only message and stack of an error survive, as in Azure: not its class. */
  | { kind: "threw"; id: number; message: string; stack: string }
  | { kind: "log"; entry: AppLogEntry };
