import { publicationId } from "../domain/run/identity";
import { heldNumber, type HeldNumber, type ReservationRow } from "../domain/run/numbers";
import type { AcceptedInput } from "./announcement";
import { requestOf, type ActivityDependencies } from "./dependencies";

/**
 * Whether a run that begins has its number: a delivery that stood still before its start may begin it after the request
 * was passed on to another one.
 * - `kept`: it has it, or has it again, as the later one hadn't come to a run: the sender was told this one
 * - `passedOn`: a run of the later one has begun or begins, which is the request's answer
 * - `gone`: another request has it, or other contents came under the request's id
 */
export async function keepNumber(
  { documents, numbers, now }: Pick<ActivityDependencies, "documents" | "numbers" | "now">,
  run: AcceptedInput,
): Promise<"kept" | "passedOn" | "gone"> {
  if (run.data.action === "promote" || run.data.strategy === undefined) return "kept";
  const request = await requestOf(documents, run);
  const { image } = request;
  const held = heldNumber(request);
  if (held === undefined) return "kept";
  for (let seen: string | undefined; ;) {
    const touchedAt = now().toISOString();
    if (await numbers.started(image, held, touchedAt)) return "kept";
    const later = await numbers.of(image, held.requestId);
    // Refused without having been overtaken: another request has the number.
    if (later === undefined || later.etag === seen || !isLater(later.value, held)) return "gone";
    const { state, redrive } = later.value;
    // Kept for a redrive, it had a run, whose recorded end is the request's answer.
    if (state === "started" || state === "released" || redrive !== undefined) return "passedOn";
    const row = {
      ...held,
      publicationId: publicationId(image),
      state: "started" as const,
      touchedAt,
    };
    if (await numbers.reserve(image, row, later)) return "kept";
    seen = later.etag;
  }
}

const isLater = ({ fingerprint, version }: ReservationRow, held: HeldNumber): boolean =>
  fingerprint === held.fingerprint && version !== held.version;
