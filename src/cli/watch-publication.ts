import { ApiUnavailable, type PublicationsApi } from "./api-client";
import { hasEnded, type Failure, type Publication } from "./api-types";
import { DemoError } from "./demo-error";

/** How a request ended: with a publication, or as a message that couldn't be admitted. */
export type Ending =
  | { kind: "publication"; publication: Publication; failure?: Failure }
  | { kind: "refusedMessage"; failure: Failure };

export interface WatchOptions {
  requestId: string;
  timeoutMs: number;
  /** Called after every look, also when nothing changed. */
  onLook(publication: Publication | undefined): void;
  now(): number;
  pause(ms: number): Promise<void>;
}

/** Short enough for a smooth picture; the app answers from its records, not from Azure. */
const LOOK_EVERY_MS = 200;

/**
 * Looks at a request's publication until it has ended. An API that doesn't answer for a while (its
 * host was killed and comes back) only makes the wait longer.
 * @throws {DemoError} when it takes longer than the timeout, with what was seen last.
 */
export async function watchPublication(
  api: PublicationsApi,
  options: WatchOptions,
): Promise<Ending> {
  const deadline = options.now() + options.timeoutMs;
  let latest: Publication | undefined;
  let trouble: string | undefined;
  while (options.now() < deadline) {
    try {
      const ending = await look(api, options.requestId, latest, (seen) => (latest = seen));
      trouble = undefined;
      options.onLook(latest);
      if (ending !== undefined) return ending;
    } catch (error) {
      if (!(error instanceof ApiUnavailable)) throw error;
      trouble = error.message;
    }
    await options.pause(LOOK_EVERY_MS);
  }
  throw new DemoError(tooLate(options, latest, trouble));
}

async function look(
  api: PublicationsApi,
  requestId: string,
  known: Publication | undefined,
  seen: (publication: Publication) => void,
): Promise<Ending | undefined> {
  const found = known ?? (await api.findByRequest(requestId));
  if (found === undefined) return refusedMessage(api, requestId);
  const publication = await api.publication(found.id);
  seen(publication);
  if (!hasEnded(publication)) return undefined;
  const { failureId } = publication;
  return failureId === undefined
    ? { kind: "publication", publication }
    : { kind: "publication", publication, failure: await api.failure(failureId) };
}

/** A message that isn't a valid request never becomes a publication: it is in the ledger instead. */
async function refusedMessage(
  api: PublicationsApi,
  requestId: string,
): Promise<Ending | undefined> {
  const found = await api.findFailure(requestId);
  if (found?.kind !== "message") return undefined;
  return { kind: "refusedMessage", failure: await api.failure(found.id) };
}

function tooLate(
  { requestId, timeoutMs }: WatchOptions,
  latest: Publication | undefined,
  trouble: string | undefined,
): string {
  const seen =
    latest === undefined
      ? "neither a publication nor a recorded failure was seen"
      : `the publication was ${latest.state}, ${regionsAt(latest)}`;
  const last = trouble === undefined ? "" : `; the API did not answer: ${trouble}`;
  return `request ${requestId} did not end within ${timeoutMs / 1000} s: ${seen}${last}`;
}

function regionsAt({ regions = [] }: Publication): string {
  const each = regions.map(({ name, state, progress }) => `${name} ${state} ${progress} %`);
  return each.length === 0 ? "no region was begun" : each.join(", ");
}
