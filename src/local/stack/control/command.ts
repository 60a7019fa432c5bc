import type { Endpoints } from "../endpoints-file";

/** A stack that runs. */
export interface FoundStack {
  /** Its state directory, as it was given. */
  directory: string;
  pid: number;
  /** Undefined while it is still starting. */
  endpoints: Endpoints | undefined;
}

/** What came of a command: for people, and for scripts (`--json`). */
export interface Result {
  lines: string[];
  json: unknown;
  exitCode?: number;
}

/** One word after `npm run stack --`. */
export interface Command {
  usage: string;
  about: string;
  run(stack: FoundStack, args: string[]): Promise<Result>;
}
