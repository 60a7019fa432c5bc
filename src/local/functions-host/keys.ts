import { randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { readKeptFile } from "./kept-file";

/** Whose keys: all functions' (`functionkeys`), the extensions' (`systemkeys`), or one function's. */
export type KeyScope = "host" | "system" | { functionName: string };

/** What a presented key may open. */
export type KeyLevel = "master" | "function" | "system";

/** The system key that opens the Durable HTTP API. */
const DURABLE_KEY = "durabletask_extension";

/** The host key that every function app has from the beginning. */
const DEFAULT_KEY = "default";

/** A key and where it belongs: `host`, `system`, or `function/` and a name in lower case. */
const keptKey = z.object({ scope: z.string(), name: z.string(), value: z.string() });
const givenKeys = z.object({
  function: z.string().exactOptional(),
  master: z.string().exactOptional(),
});
const keptKeys = z.object({
  master: z.string(),
  keys: z.array(keptKey),
  /** What the command line last gave. */
  given: givenKeys.default({}),
});
type Keys = z.infer<typeof keptKeys>;

/** As earlier versions of this program kept them. */
const singleKeys = z
  .object({ function: z.string(), master: z.string(), durable: z.string() })
  .transform((old): Keys => ({
    master: old.master,
    keys: [
      { scope: "host", name: DEFAULT_KEY, value: old.function },
      { scope: "system", name: DURABLE_KEY, value: old.durable },
    ],
    given: {},
  }));

const anyKeys = z.union([keptKeys, singleKeys]);

/** Keys that the command line sets. */
export type GivenKeys = z.infer<typeof givenKeys>;

/**
 * The keys of a function app: one master key, and any number of host keys, system keys and keys of
 * single functions, each with a name. What is changed is kept.
 */
export class HostKeys {
  readonly #file: string | undefined;
  readonly #keys: Keys;

  /**
   * The keys kept in `file` by an earlier start, else new ones; links that were handed out before a
   * restart stay good. A key that was given wins, but only at the first start that gives it: whoever
   * gives the same at each start must not bring back one that was renewed meanwhile.
   * @throws {StartError} when the file is damaged.
   */
  constructor(file: string | undefined, given: GivenKeys) {
    this.#file = file;
    const kept = file === undefined ? undefined : readKeptFile(file, anyKeys);
    this.#keys = kept ?? { master: newKey(), keys: [], given: {} };
    const last = this.#keys.given;
    this.#keys.given = { ...last, ...given };
    if (given.master !== undefined && given.master !== last.master)
      this.#keys.master = given.master;
    if (given.function !== undefined && given.function !== last.function)
      this.#put("host", DEFAULT_KEY, given.function);
    if (this.get("host", DEFAULT_KEY) === undefined) this.#put("host", DEFAULT_KEY, newKey());
    if (this.get("system", DURABLE_KEY) === undefined) this.#put("system", DURABLE_KEY, newKey());
    this.#save();
  }

  get master(): string {
    return this.#keys.master;
  }

  /** The host key `default`: opens every function. */
  get function(): string {
    return this.get("host", DEFAULT_KEY) ?? "";
  }

  /** The system key that the links of the Durable HTTP API carry. */
  get durable(): string {
    return this.get("system", DURABLE_KEY) ?? "";
  }

  /** The keys of a scope. */
  list(scope: KeyScope): { name: string; value: string }[] {
    const wanted = scopeName(scope);
    return this.#keys.keys
      .filter((key) => key.scope === wanted)
      .map(({ name, value }) => ({ name, value }));
  }

  get(scope: KeyScope, name: string): string | undefined {
    return this.list(scope).find((key) => key.name === name)?.value;
  }

  /** Sets or replaces a key; without a value it gets a new random one. @returns the value. */
  set(scope: KeyScope, name: string, value: string = newKey()): string {
    this.#put(scope, name, value);
    this.#save();
    return value;
  }

  setMaster(value: string = newKey()): string {
    this.#keys.master = value;
    this.#save();
    return value;
  }

  /** @returns false when there was none. */
  remove(scope: KeyScope, name: string): boolean {
    if (this.get(scope, name) === undefined) return false;
    this.#drop(scope, name);
    this.#save();
    return true;
  }

  /**
   * What a key opens; undefined for none or a wrong one. A function's own keys count only where that
   * function is called.
   */
  levelOf(key: string | undefined, functionName?: string): KeyLevel | undefined {
    if (key === undefined || key === "") return undefined;
    if (key === this.#keys.master) return "master";
    const isIn = (scope: KeyScope): boolean => this.list(scope).some(({ value }) => value === key);
    if (isIn("host") || (functionName !== undefined && isIn({ functionName }))) return "function";
    return isIn("system") ? "system" : undefined;
  }

  #put(scope: KeyScope, name: string, value: string): void {
    this.#drop(scope, name);
    this.#keys.keys.push({ scope: scopeName(scope), name, value });
  }

  #drop(scope: KeyScope, name: string): void {
    const dropped = scopeName(scope);
    this.#keys.keys = this.#keys.keys.filter((key) => key.scope !== dropped || key.name !== name);
  }

  /** Written aside and renamed, so that a kill leaves the old or the new ones. */
  #save(): void {
    if (this.#file === undefined) return;
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#keys), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function scopeName(scope: KeyScope): string {
  return typeof scope === "string" ? scope : `function/${scope.functionName.toLowerCase()}`;
}

/** URL-safe, because keys travel as `?code=`. */
function newKey(): string {
  return randomBytes(32).toString("base64url");
}
