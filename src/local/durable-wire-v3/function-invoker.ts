import type { TypedData } from "../functions-host/typed-data";

/** What a durable function is triggered by. */
export type DurableFunctionKind = "orchestrator" | "activity" | "entity";

/** All that the durable host needs to know of the function app it drives. */
export interface FunctionInvoker {
  /** The kind of the function registered under `name` (case is ignored); undefined: no such function. */
  kindOf(name: string): DurableFunctionKind | undefined;
  /**
   * Calls a durable function with its trigger's data and gives back its return value.
   * @throws what the function threw, with message and stack as they were; `CallAbortedError` when the
   *   call has to be made again.
   */
  invoke(
    name: string,
    data: TypedData,
    triggerMetadata: Record<string, TypedData>,
  ): Promise<TypedData | null>;
}
