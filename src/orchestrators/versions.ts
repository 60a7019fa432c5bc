import type { OrchestrationContext } from "durable-functions";

/**
 * What has changed in the story of a run while runs were in flight, by the version that brought it. A run keeps the
 * version that it was started with (`defaultVersion` in host.json), and is told by it to its end: another order of
 * activities would contradict its history, and fail it.
 *
 * To change the story: raise `defaultVersion`, add a line here, ask `has` where the stories part. The line may go
 * when no run of an older version is in flight any more (docs/upgrades.md).
 */
const SINCE = {
  /** An approval is asked for only after a look at what was said before. */
  lookBeforeAsking: "1.1",
} as const;

/** True when the run was started with a version that has the change. */
export function has(ctx: OrchestrationContext, change: keyof typeof SINCE): boolean {
  const own = numbersOf(ctx.df.version ?? "");
  const since = numbersOf(SINCE[change]);
  const differing = since.findIndex((number, at) => own[at] !== number);
  return differing === -1 || (own[differing] ?? -1) > (since[differing] ?? -1);
}

const numbersOf = (version: string): number[] => version.split(".").map(Number);
