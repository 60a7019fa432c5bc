import type { Disks } from "../azure/disks";
import type { Documents } from "../azure/documents";
import type { EncryptionSets } from "../azure/encryption-sets";
import type { Keys } from "../azure/keys";
import type { ImageVersions } from "../azure/image-versions";
import type { Numbers } from "../azure/numbers";
import type { Announcer } from "../azure/outcome-topic";
import type { Records } from "../azure/records";
import type { Sources } from "../azure/sources";
import type { Log } from "../azure/structured-log";
import { documentPaths } from "../domain/run/document-paths";
import type { Check } from "./checks/check";
import type { PublishRequest } from "../domain/request/publish-request";
import type { Watching } from "../domain/rollout/pace";

/** Everything that activities reach outside the process. */
export interface ActivityDependencies {
  imageVersions: ImageVersions;
  encryptionSets: EncryptionSets;
  /** A new reader of keys: what it has read once it doesn't read again. */
  keys: () => Keys;
  sources: Sources;
  disks: Disks;
  /** Resource group for the disks of `rollout.verify`; absent when there is none. */
  verificationGroup?: string | undefined;
  /** Further looks at Azure before the first write, besides target, source and regions. */
  checks: readonly Check[];
  documents: Documents;
  records: Records;
  numbers: Pick<Numbers, "of" | "reserve" | "started" | "release">;
  announcer: Announcer;
  /** Lines for programs, beside what people are told. */
  log: Log;
  now: () => Date;
  watch: Watching;
}

/** What identifies a run; every activity gets it, bodies are read from their documents. */
export interface RunRef {
  publicationId: string;
  runId: string;
  requestId: string;
  fingerprint: string;
  /** W3C trace context of the message or call that began the run. */
  traceParent?: string;
}

/** The admitted request of a run. It was written before the run was started. */
export async function requestOf(documents: Documents, run: RunRef): Promise<PublishRequest> {
  const path = documentPaths.request(run.publicationId, run.fingerprint);
  const request = await documents.read<PublishRequest>(path);
  if (request === undefined) throw new Error(`the request document ${path} is gone`);
  return request;
}
