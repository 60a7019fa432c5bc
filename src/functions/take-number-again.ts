import type { PublishRequest } from "../domain/request/publish-request";
import { fingerprint, publicationId } from "../domain/run/identity";
import { heldNumber, holdsNumber, isSameNumber } from "../domain/run/numbers";
import { mayHaveWritten } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";

/**
 * Has the number that a recorded request was given kept for its redrive, where its own run has freed it. A redrive that
 * has begun already is joined, and needs it no more.
 * @param redrive request id of the redrive
 * @returns false when the number isn't the request's any more: another request has it, other contents came under the
 * request's id, or a run of others has been about the version since
 */
export async function takeNumberAgain(
  { numbers, records, now }: Pick<FunctionDependencies, "numbers" | "records" | "now">,
  request: PublishRequest,
  redrive: string,
): Promise<boolean> {
  const held = heldNumber(request);
  if (held === undefined) return true;
  const { image } = request;
  const id = publicationId(image);
  const print = fingerprint(request);
  for (let seen: string | undefined; ;) {
    const before = await numbers.of(image, held.requestId);
    if (before !== undefined && !isSameNumber(before.value, held)) return false;
    if (before !== undefined && holdsNumber(before.value)) return true;
    const runs = await records.runs(id);
    if (runs.some(({ requestId }) => requestId === redrive)) return true;
    // It was freed when no run of others could have written: any that can has come since.
    if (runs.some((run) => run.fingerprint !== print && mayHaveWritten(run))) return false;
    const [state, touchedAt] = ["reserved" as const, now().toISOString()];
    const row = { ...held, publicationId: id, state, touchedAt, redrive };
    if (await numbers.reserve(image, row, before)) return true;
    // Refused without having been overtaken: another request has the number.
    const etag = before?.etag ?? "none";
    if (etag === seen) return false;
    seen = etag;
  }
}
