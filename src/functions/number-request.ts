import { fingerprint, publicationId } from "../domain/run/identity";
import { beginningOf, nextNumber, type VersionStrategy } from "../domain/numbering/strategy";
import { versionName } from "../domain/numbering/version-number";
import { problem, type Problem } from "../domain/problem";
import type { UnnumberedRequest } from "../domain/request/publish-request";
import type { Reservation } from "../azure/numbers";
import type { TakenNumbers } from "../azure/taken-numbers";
import type { FunctionDependencies } from "./dependencies";

/** The number that a request has, or why it gets none. */
export type GivenNumber =
  { kind: "given"; version: string } | { kind: "invalid"; problems: Problem[] };

/** A request whose version has no number yet, and the id that gets it. */
interface Asking {
  request: UnnumberedRequest;
  requestId: string;
}

/** Every loss means that somebody else has got a number: so many begin at once nowhere. */
const MAX_RACES = 1000;

/**
 * Gives the request its number: once for each request id, so that a repetition has the same. The number is kept for it
 * until its run has ended without a write, or never came.
 * @param passed a number that it was given and that another request's run holds: it gets the next
 * @throws when storage or Azure doesn't answer
 */
export async function numberRequest(
  dependencies: FunctionDependencies,
  { request, requestId }: Asking,
  passed?: string,
): Promise<GivenNumber> {
  const { numbers, takenNumbers, now } = dependencies;
  const { image } = request;
  const print = fingerprint(request);
  let taken: TakenNumbers | undefined;
  for (let race = 0; race < MAX_RACES; race++) {
    const before = await numbers.of(image, requestId);
    const refused = otherContents(before, print);
    if (refused !== undefined) return refused;
    const touchedAt = now();
    if (before !== undefined && isGiven(before) && before.value.version !== passed) {
      const { state, version } = before.value;
      const isOwn =
        state !== "reserved" || (await numbers.touch(image, before, touchedAt.toISOString()));
      if (isOwn) return { kind: "given", version };
      continue;
    }
    taken ??= await takenNumbers(image);
    const next = await nextFree(dependencies, request, taken, touchedAt);
    if (next.kind === "invalid") return next;
    const { version } = next;
    const row = {
      requestId,
      fingerprint: print,
      publicationId: publicationId({ ...image, version }),
      version,
      state: "reserved" as const,
      touchedAt: touchedAt.toISOString(),
    };
    if (await numbers.reserve(image, row, before)) return next;
  }
  throw new Error(`request ${requestId} lost ${MAX_RACES} races for a number; try again`);
}

/** The number that the request would get now, or has already; nothing is kept. */
export async function numberNow(
  dependencies: FunctionDependencies,
  { request, requestId }: { request: UnnumberedRequest; requestId: string | undefined },
): Promise<GivenNumber> {
  const { numbers, takenNumbers, now } = dependencies;
  const before = requestId === undefined ? undefined : await numbers.of(request.image, requestId);
  const refused = otherContents(before, fingerprint(request));
  if (refused !== undefined) return refused;
  if (before !== undefined && isGiven(before))
    return { kind: "given", version: before.value.version };
  return nextFree(dependencies, request, await takenNumbers(request.image), now());
}

/** A run that came to nothing has had its answer by its number; who never came to one begins anew. */
const isGiven = ({ value }: Reservation): boolean => value.state !== "forgotten";

function otherContents(
  before: Reservation | undefined,
  fingerprint: string,
): Extract<GivenNumber, { kind: "invalid" }> | undefined {
  if (before === undefined || before.value.fingerprint === fingerprint) return undefined;
  const { state, requestId, version } = before.value;
  // Nothing came of those contents: a request that was mended may come under its id again.
  if (state === "released" || state === "forgotten") return undefined;
  return refused(
    "$.requestId",
    "RequestIdTaken",
    `request "${requestId}" has asked for something else, and has the number ${version}`,
    "send it under a requestId of its own",
  );
}

async function nextFree(
  { numbers }: FunctionDependencies,
  { image, numbering }: UnnumberedRequest,
  taken: TakenNumbers,
  now: Date,
): Promise<GivenNumber> {
  if (taken.kind === "refused")
    return refused(
      "$.image.version",
      "VersionNumbersUnknown",
      `the next number of ${image.definition} isn't known: ${taken.fault.code}, ${taken.fault.message}`,
      "grant the app's identity read access to the gallery, or name the version",
    );
  const reserved = await numbers.highest(image, beginningOf(numbering, now));
  const all = reserved === undefined ? taken.numbers : [...taken.numbers, reserved];
  const next = nextNumber(numbering, all, now);
  return next === undefined
    ? refused(
        "$.image.version",
        "NoVersionNumberLeft",
        `no number is left by ${shown(numbering)}: a part of it would be higher than 2147483647`,
        "choose another strategy or base, or name the version",
      )
    : { kind: "given", version: versionName(next) };
}

const shown = ({ strategy, base }: VersionStrategy): string =>
  base === undefined ? strategy : `${strategy} of ${base}`;

const refused = (
  ...parts: Parameters<typeof problem>
): Extract<GivenNumber, { kind: "invalid" }> => ({
  kind: "invalid",
  problems: [problem(...parts)],
});
