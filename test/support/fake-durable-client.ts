import { OrchestrationRuntimeStatus, type DurableClient } from "durable-functions";

export interface FakeInstance {
  runtimeStatus: OrchestrationRuntimeStatus;
  input: unknown;
  customStatus: unknown;
  output?: unknown;
}

const GOING: ReadonlySet<OrchestrationRuntimeStatus> = new Set([
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.Suspended,
  OrchestrationRuntimeStatus.ContinuedAsNew,
]);

/**
 * A durable store in memory that answers in the library's own words. Only what the product calls is
 * there; management URLs exist, so that a test can prove that none gets out.
 */
export function createFakeDurableClient(
  before: (call: "getStatus" | "startNew") => void = () => undefined,
) {
  const instances = new Map<string, FakeInstance>();
  const started: { name: string; instanceId: string; input: unknown }[] = [];
  const raised: { instanceId: string; name: string; data: unknown }[] = [];
  const client = {
    getStatus: async (instanceId: string, options?: { showInput?: boolean }) => {
      before("getStatus");
      const found = instances.get(instanceId);
      if (found === undefined)
        throw new Error(
          "DurableClient error: Durable Functions extension replied with HTTP 404 response. " +
            `This usually means we could not find any data associated with the instanceId provided: ${instanceId}.`,
        );
      return structuredClone({
        ...found,
        instanceId,
        input: options?.showInput === true ? found.input : null,
      });
    },
    startNew: async (name: string, options: { instanceId: string; input: unknown }) => {
      before("startNew");
      const { instanceId, input } = structuredClone(options);
      const found = instances.get(instanceId);
      if (found !== undefined && GOING.has(found.runtimeStatus))
        throw new Error(
          "The operation failed with an unexpected status code: 409. Details: " +
            '{"Message":"An Orchestration instance with the status Running already exists."}',
        );
      started.push({ name, instanceId, input });
      instances.set(instanceId, {
        runtimeStatus: OrchestrationRuntimeStatus.Running,
        input,
        customStatus: null,
      });
      return instanceId;
    },
    raiseEvent: async (instanceId: string, name: string, data: unknown) => {
      raised.push({ instanceId, name, data: structuredClone(data) });
    },
    createHttpManagementPayload: (id: string) => ({
      statusQueryGetUri: `https://app.test/runtime/webhooks/durabletask/instances/${id}?code=secret`,
    }),
  };
  return {
    client: client as unknown as DurableClient,
    instances,
    started,
    raised,
    /** Ends an instance as the durable store would show it. */
    end: (
      id: string,
      runtimeStatus = OrchestrationRuntimeStatus.Completed,
      output: unknown = null,
    ): void => {
      const found = instances.get(id);
      if (found === undefined) throw new Error(`there is no instance ${id}`);
      instances.set(id, { ...found, runtimeStatus, output });
    },
    /** What a run shows while it runs. */
    show: (id: string, customStatus: unknown): void => {
      const found = instances.get(id) ?? {
        runtimeStatus: OrchestrationRuntimeStatus.Running,
        input: null,
      };
      instances.set(id, { ...found, customStatus });
    },
  };
}
