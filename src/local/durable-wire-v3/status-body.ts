import type { HistoryEvent } from "../durable-engine/history-event";
import type { Instance } from "../durable-engine/model";
import { historyBody } from "./history-body";
import { parseOrText } from "./json-shape";

/** Flags of a status query; without any of them the extension shows the input and no history. */
export interface StatusFlags {
  showInput: boolean;
  showHistory: boolean;
  showHistoryOutput: boolean;
}

export function parseStatusFlags(query: URLSearchParams): StatusFlags {
  const flag = (name: string, otherwise: boolean): boolean => {
    const value = query.get(name);
    return value === null ? otherwise : value.toLowerCase() === "true";
  };
  return {
    showInput: flag("showInput", true),
    showHistory: flag("showHistory", false),
    showHistoryOutput: flag("showHistoryOutput", false),
  };
}

/** The body of a status answer; `history` is asked for only when it is shown. */
export function statusBody(
  instance: Instance,
  flags: StatusFlags,
  history: () => readonly HistoryEvent[],
): object {
  const events = flags.showHistory ? history() : [];
  return {
    name: instance.name,
    ...(instance.version !== null && { version: instance.version }),
    instanceId: instance.id,
    ...(instance.parent && { parentInstanceId: instance.parent.instanceId }),
    runtimeStatus: instance.status,
    input: flags.showInput ? parseOrText(instance.input) : null,
    customStatus: parseOrText(instance.customStatus),
    output: parseOrText(instance.output),
    createdTime: toSeconds(instance.createdAt),
    lastUpdatedTime: toSeconds(instance.updatedAt),
    // Also when asked for, there is none before the first episode.
    ...(events.length > 0 && {
      historyEvents: historyBody(events, {
        showInput: flags.showInput,
        showOutput: flags.showHistoryOutput,
      }),
    }),
  };
}

/** The API tells whole seconds. */
function toSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
