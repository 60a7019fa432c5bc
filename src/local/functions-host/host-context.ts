import type { Logger } from "pino";
import type { AppSettings } from "./app-settings";
import type { HostSettings } from "./host-json";
import type { HostOptions } from "./options";
import type { RunLog } from "./run-log";
import type { Servers } from "./servers";
import type { HostState } from "./state-directory";

/** What all parts of a host are made with. */
export interface HostContext {
  options: HostOptions;
  settings: AppSettings;
  host: HostSettings;
  state: HostState;
  servers: Servers;
  /** JSON lines, for programs. */
  log: Logger;
  /** What ran, for people. */
  runs: RunLog;
}
