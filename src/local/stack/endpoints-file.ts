import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** What the parts say of themselves; one that doesn't run says nothing. */
export interface PartEndpoints {
  /** Without `/api`. */
  functionsUrl: string;
  /** Those that were good when the host last started. */
  functionsKey: string;
  masterKey: string;
  armUrl: string;
  armControlUrl: string;
  identityEndpoint: string;
  identityHeader: string;
  /** As whom the app asks for tokens; empty where the world gives nobody a managed identity. */
  identityClientId: string;
  /** Where programs of yours log in, and as whom: empty where the world gives nobody a secret. */
  loginUrl: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  serviceBusConnectionString: string;
  tableEndpoint: string;
  blobEndpoint: string;
  queueEndpoint: string;
}

/** What users, scripts and tests of a running stack need to know of it. */
export interface Endpoints extends Partial<PartEndpoints> {
  armCaFile: string;
  armRequestLog: string;
  subscriptionId: string;
  subscriptionIds: string[];
  resourceGroup: string;
  logDirectory: string;
  /** Process ids by program, and that of the stack itself. */
  pids: Record<string, number>;
}

/** Replaces the file in one step: a reader sees the old endpoints or the new, never half of them. */
export function writeEndpoints(file: string, endpoints: Endpoints): void {
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** What the file says; undefined when there is none, or none that could be read. */
export function readEndpoints(file: string): Endpoints | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Endpoints;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Process ids that a stack which could not clean up left in its endpoints file. */
export function readLeftPids(file: string): number[] {
  if (!existsSync(file)) return [];
  try {
    const { pids } = JSON.parse(readFileSync(file, "utf8")) as { pids?: unknown };
    const ids: unknown[] = typeof pids === "object" && pids !== null ? Object.values(pids) : [];
    return ids.filter((id) => typeof id === "number");
  } catch (error) {
    // Edited by hand, perhaps; it is about to be replaced. Any other trouble is real.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
