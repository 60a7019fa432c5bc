import type { Random } from "../../fuzz-admission/random";

export type KilledPart = "functions-host" | "service-bus" | "arm" | "identity";

/** A kill, and what it waits for: it follows from the seed, the moment doesn't. */
export interface Kill {
  kind: string;
  part: KilledPart;
  /** So many writes of ours have been accepted; or the answer to a PUT of this version is late. */
  when: { writes: number } | { latePutOf: string } | { sent: number };
  delayMs: number;
}

interface KillKind {
  part: KilledPart;
  /** One for so many publications, but at least one. */
  every: number;
  /** Pause before it, at most: the moment is left to chance. */
  longestDelayMs: number;
  when: (random: Random, runs: number) => Kill["when"];
}

const afterWrites = (random: Random, runs: number) => ({ writes: random.int(1, runs) });
const afterSending = (random: Random, runs: number) => ({ sent: random.int(1, runs) });

const SOON_MS = 500;
/** Within which a message is taken, admitted, started and settled. */
const WHILE_TAKEN_MS = 100;

const KINDS: Record<string, KillKind> = {
  "host, while Azure is at work": {
    part: "functions-host",
    every: 10,
    when: afterWrites,
    longestDelayMs: SOON_MS,
  },
  // One that settles a message before its run has been started loses it at this moment only: hence so often.
  "host, with requests arriving": {
    part: "functions-host",
    every: 5,
    when: afterSending,
    longestDelayMs: WHILE_TAKEN_MS,
  },
  "broker, while Azure is at work": {
    part: "service-bus",
    every: 10,
    when: afterWrites,
    longestDelayMs: SOON_MS,
  },
  "broker, with requests arriving": {
    part: "service-bus",
    every: 10,
    when: afterSending,
    longestDelayMs: SOON_MS,
  },
  "Resource Manager": { part: "arm", every: 25, when: afterWrites, longestDelayMs: SOON_MS },
  "token endpoint": { part: "identity", every: 25, when: afterWrites, longestDelayMs: SOON_MS },
};

/** Kills of each kind; and one between an accepted PUT and its commit for each of `latePuts`. */
export function planKills(random: Random, runs: number, latePuts: readonly string[]): Kill[] {
  const planned = Object.entries(KINDS).flatMap(([kind, { part, every, when, longestDelayMs }]) =>
    Array.from({ length: Math.max(1, Math.floor(runs / every)) }, () => ({
      ...{ kind, part, when: when(random, runs), delayMs: random.int(0, longestDelayMs) },
    })),
  );
  const between = latePuts.map((version) => ({
    ...{ kind: "host, between an accepted PUT and its commit", part: "functions-host" as const },
    ...{ when: { latePutOf: version }, delayMs: 0 },
  }));
  return [...planned, ...between];
}
