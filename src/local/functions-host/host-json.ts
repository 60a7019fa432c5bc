import {
  VERSION_FAILURE_STRATEGIES,
  VERSION_MATCH_STRATEGIES,
  type VersionFailureStrategy,
  type VersionMatchStrategy,
} from "../durable-engine/versions";
import { resolveSettings, SettingError, type AppSettings } from "./app-settings";
import { parseTimeSpan } from "./time-span";

/** What this host takes from host.json, with Azure's defaults filled in. */
export interface HostSettings {
  /** Without slashes at its ends; "" when routes have no prefix. */
  routePrefix: string;
  /** Requests handled at one time; the next is answered 429. Infinity: no limit. */
  maxOutstandingRequests: number;
  /** How long one invocation may take, in milliseconds. Infinity: no limit. */
  functionTimeoutMs: number;
  serviceBus: { maxConcurrentCalls: number; maxAutoLockRenewalMs: number };
  durable: {
    hubName: string;
    maxConcurrentActivities: number;
    maxConcurrentOrchestrators: number;
    defaultVersion: string | undefined;
    versionMatchStrategy: VersionMatchStrategy | undefined;
    versionFailureStrategy: VersionFailureStrategy | undefined;
  };
}

/** All mistakes of a host.json, one per line. */
export class HostJsonError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(["host.json can't be used:", ...mistakes.map((mistake) => `  ${mistake}`)].join("\n"));
  }
}

/** Settings that say how Azure runs or watches an app; they change nothing that an app can see. */
const ignored = new Set([
  "extensionBundle",
  "logging",
  "healthMonitor",
  "watchDirectories",
  "watchFiles",
  "concurrency",
  "extensions.durableTask.storageProvider",
  "extensions.durableTask.tracing",
  "extensions.durableTask.extendedSessionsEnabled",
  "extensions.durableTask.useGracefulShutdown",
  "extensions.serviceBus.prefetchCount",
  "extensions.serviceBus.clientRetryOptions",
]);

const OVERRIDE_PREFIX = "AzureFunctionsJobHost__";
const HOUR_MS = 3_600_000;

/**
 * Reads host.json, with the overrides that app settings named `AzureFunctionsJobHost__path__to__value` make.
 * @throws {HostJsonError} with all mistakes, among them every setting this host would not honour.
 */
export function parseHostJson(text: string, appSettings: AppSettings): HostSettings {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw new HostJsonError([`it is not JSON: ${(error as Error).message}`]);
  }
  if (!isObject(root)) throw new HostJsonError(["it is not a JSON object"]);
  applyOverrides(root, appSettings);
  const reader = new Reader(root, appSettings);
  const settings = readSettings(reader);
  reader.refuseTheRest();
  if (reader.mistakes.length > 0) throw new HostJsonError(reader.mistakes);
  return settings;
}

function readSettings(reader: Reader): HostSettings {
  const version = reader.text("version", "");
  if (version !== "2.0") reader.mistakes.push('version: must be "2.0"');
  // Nothing is sent by this host; a misspelt one is worth telling all the same.
  reader.oneOf("telemetryMode", ["ApplicationInsights", "OpenTelemetry"]);
  return {
    routePrefix: reader.text("extensions.http.routePrefix", "api").replace(/^\/+|\/+$/g, ""),
    maxOutstandingRequests: reader.count("extensions.http.maxOutstandingRequests", Infinity),
    functionTimeoutMs: reader.duration("functionTimeout", HOUR_MS / 2),
    serviceBus: {
      maxConcurrentCalls: reader.count("extensions.serviceBus.maxConcurrentCalls", 16),
      maxAutoLockRenewalMs: reader.duration(
        "extensions.serviceBus.maxAutoLockRenewalDuration",
        HOUR_MS / 12,
      ),
    },
    durable: {
      hubName: readHubName(reader),
      maxConcurrentActivities: reader.count(
        "extensions.durableTask.maxConcurrentActivityFunctions",
        10,
      ),
      maxConcurrentOrchestrators: reader.count(
        "extensions.durableTask.maxConcurrentOrchestratorFunctions",
        5,
      ),
      defaultVersion: reader.text("extensions.durableTask.defaultVersion", "") || undefined,
      versionMatchStrategy: reader.oneOf(
        "extensions.durableTask.versionMatchStrategy",
        VERSION_MATCH_STRATEGIES,
      ),
      versionFailureStrategy: reader.oneOf(
        "extensions.durableTask.versionFailureStrategy",
        VERSION_FAILURE_STRATEGIES,
      ),
    },
  };
}

/** The rule of the Azure Storage provider: the name becomes part of table and queue names. */
function readHubName(reader: Reader): string {
  const path = "extensions.durableTask.hubName";
  const name = reader.text(path, "TestHubName");
  if (!/^[a-z][a-z0-9]{2,44}$/i.test(name))
    reader.mistakes.push(
      `${path}: "${name}" must be 3 to 45 letters and digits and begin with a letter`,
    );
  return name;
}

type JsonObject = Record<string, unknown>;

/** Reads values by dotted path, collects mistakes, and knows at the end what nobody has read. */
class Reader {
  readonly mistakes: string[] = [];
  readonly #read = new Set<string>();

  constructor(
    readonly root: JsonObject,
    readonly appSettings: AppSettings,
  ) {}

  text(path: string, absent: string): string {
    const value = this.#take(path);
    if (value === undefined) return absent;
    if (typeof value !== "string") return this.#refuse(path, "a text", absent);
    try {
      return resolveSettings(value, this.appSettings);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      this.mistakes.push(`${path}: ${error.message}`);
      return absent;
    }
  }

  /** One of some names, in any case; undefined when absent. */
  oneOf<T extends string>(path: string, names: readonly T[]): T | undefined {
    const value = this.#take(path);
    if (value === undefined) return undefined;
    const wanted = typeof value === "string" ? value.toLowerCase() : "";
    const found = names.find((name) => name.toLowerCase() === wanted);
    return found ?? this.#refuse(path, `one of ${names.join(", ")}`, undefined);
  }

  /** A positive whole number; -1 stands for no limit where the default is none. */
  count(path: string, absent: number): number {
    const value = this.#take(path);
    if (value === undefined || (value === -1 && absent === Infinity)) return absent;
    if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
    return this.#refuse(path, "a positive whole number", absent);
  }

  /** Milliseconds of a TimeSpan; "-1" stands for no limit. */
  duration(path: string, absent: number): number {
    const value = this.#take(path);
    if (value === undefined) return absent;
    if (value === "-1" || value === "-00:00:01") return Infinity;
    const ms = typeof value === "string" ? parseTimeSpan(value) : undefined;
    if (ms !== undefined && ms >= 0) return ms;
    return this.#refuse(path, 'a time span "hh:mm:ss"', absent);
  }

  refuseTheRest(): void {
    for (const path of pathsOf(this.root, "")) {
      if (this.#read.has(path) || isIgnored(path)) continue;
      this.mistakes.push(`${path}: this host does not support the setting`);
    }
  }

  #take(path: string): unknown {
    this.#read.add(path);
    return path
      .split(".")
      .reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), this.root);
  }

  #refuse<T>(path: string, wanted: string, absent: T): T {
    this.mistakes.push(`${path}: must be ${wanted}`);
    return absent;
  }
}

function applyOverrides(root: JsonObject, settings: AppSettings): void {
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined || !name.startsWith(OVERRIDE_PREFIX)) continue;
    const path = name.slice(OVERRIDE_PREFIX.length).split("__");
    const last = path.pop();
    if (last === undefined || last === "") continue;
    let target = root;
    for (const step of path) {
      const next = target[step];
      target = isObject(next) ? next : (target[step] = {});
    }
    target[last] = /^(-?\d+|true|false)$/.test(value) && value !== "-1" ? JSON.parse(value) : value;
  }
}

function pathsOf(object: JsonObject, prefix: string): string[] {
  return Object.entries(object).flatMap(([name, value]) =>
    isObject(value) && !isIgnored(prefix + name)
      ? pathsOf(value, `${prefix}${name}.`)
      : [prefix + name],
  );
}

function isIgnored(path: string): boolean {
  return path === "$schema" || ignored.has(path);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
