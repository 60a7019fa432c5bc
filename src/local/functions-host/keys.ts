import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

/** The keys of a function app. A function key opens functions, a master key everything. */
export interface HostKeys {
  function: string;
  master: string;
  /** The system key `durabletask_extension`: opens the Durable HTTP API. */
  durable: string;
}

/** What a presented key may open. */
export type KeyLevel = "master" | "function" | "system";

/**
 * The keys of this host: those given, else those kept in `file` by an earlier start, else new ones,
 * which are kept. Links that were handed out before a restart stay good.
 */
export function loadKeys(file: string | undefined, given: Partial<HostKeys>): HostKeys {
  const kept: Partial<HostKeys> = file !== undefined && existsSync(file) ? readKeys(file) : {};
  const keys: HostKeys = {
    function: given.function ?? kept.function ?? newKey(),
    master: given.master ?? kept.master ?? newKey(),
    durable: given.durable ?? kept.durable ?? newKey(),
  };
  if (file !== undefined) writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

/** Which key this is; undefined for none or a wrong one. */
export function levelOf(key: string | undefined, keys: HostKeys): KeyLevel | undefined {
  if (key === undefined || key === "") return undefined;
  if (key === keys.master) return "master";
  if (key === keys.function) return "function";
  return key === keys.durable ? "system" : undefined;
}

const keptKeys = z.object({ function: z.string(), master: z.string(), durable: z.string() });

function readKeys(file: string): HostKeys {
  return keptKeys.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** URL-safe, because keys travel as `?code=`. */
function newKey(): string {
  return randomBytes(32).toString("base64url");
}
