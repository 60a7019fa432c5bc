import type { ActivityDependencies } from "./dependencies";

/** Remembers that a safety flag, which a recorded run had left open, is closed. */
export function noteFlagClosed({ records }: ActivityDependencies) {
  return async ({ failureId }: { failureId: string }): Promise<{ kind: "noted" }> => {
    await records.flagClosed(failureId);
    return { kind: "noted" };
  };
}
