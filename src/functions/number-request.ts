import { fingerprint, publicationId } from "../domain/run/identity";
import { beginningOf, nextNumber, type VersionStrategy } from "../domain/numbering/strategy";
import { versionName } from "../domain/numbering/version-number";
import { problem, type Problem } from "../domain/problem";
import type { DefinitionTarget, UnnumberedRequest } from "../domain/request/publish-request";
import { holdsNumber, type ReservationRow } from "../domain/run/numbers";
import { mayHaveWritten } from "../domain/run/records";
import type { Reservation } from "../azure/numbers";
import type { TakenNumbers } from "../azure/taken-numbers";
import type { FunctionDependencies } from "./dependencies";

/** The number that a request has, or why it gets none. */
export type GivenNumber =
  | {
      kind: "given";
      version: string;
      /** Of the row that says so; absent where that was written just now. */
      etag?: string;
    }
  | { kind: "invalid"; problems: Problem[] };

/** A request whose version has no number yet, and the id that gets it. */
interface Asking {
  request: UnnumberedRequest;
  requestId: string;
}

/** Every loss means that somebody else has got a number: so many begin at once nowhere. */
const MAX_RACES = 1000;

/**
 * Gives the request its number: once for each request id, so that a repetition has the same. The number is kept for it
 * until its run has ended without a write, or never came. It gets another when somebody else has made the version, and
 * no run of its own can have.
 * @param passed ETag of the row by which it was given a number that another request's run holds: it gets the next,
 * unless somebody has begun its run, or passed the number over, since
 * @throws when storage or Azure doesn't answer
 */
export async function numberRequest(
  dependencies: FunctionDependencies,
  { request, requestId }: Asking,
  passed?: string,
): Promise<GivenNumber> {
  const { numbers, now } = dependencies;
  const { image } = request;
  const print = fingerprint(request);
  const taken = readOnce(dependencies, image);
  for (let race = 0; race < MAX_RACES; race++) {
    const before = await numbers.of(image, requestId);
    const refused = otherContents(before, print);
    if (refused !== undefined) return refused;
    const given =
      before?.etag === passed ? undefined : await givenBefore(dependencies, before, print, taken);
    if (given !== undefined) return given;
    const touchedAt = now();
    const number = await nextFree(dependencies, request, await taken(), touchedAt);
    if (number.kind === "invalid") return number;
    const { version } = number;
    const row = {
      requestId,
      fingerprint: print,
      publicationId: publicationId({ ...image, version }),
      version,
      state: "reserved" as const,
      touchedAt: touchedAt.toISOString(),
    };
    if (await numbers.reserve(image, row, before)) return number;
  }
  throw new Error(`request ${requestId} lost ${MAX_RACES} races for a number; try again`);
}

/** The number that the request would get now, or has already; nothing is kept. */
export async function numberNow(
  dependencies: FunctionDependencies,
  { request, requestId }: Asking,
): Promise<GivenNumber> {
  const { numbers, now } = dependencies;
  const before = await numbers.of(request.image, requestId);
  const print = fingerprint(request);
  const refused = otherContents(before, print);
  if (refused !== undefined) return refused;
  const taken = readOnce(dependencies, request.image);
  return (
    (await givenBefore(dependencies, before, print, taken)) ??
    nextFree(dependencies, request, await taken(), now())
  );
}

type ReadTaken = () => Promise<TakenNumbers>;

function readOnce({ takenNumbers }: FunctionDependencies, image: DefinitionTarget): ReadTaken {
  let taken: Promise<TakenNumbers> | undefined;
  return () => (taken ??= takenNumbers(image));
}

/**
 * The number that these contents were given. A run of theirs that came to nothing has had its answer by it; other
 * contents, and who never came to a run, begin anew.
 */
async function givenBefore(
  dependencies: FunctionDependencies,
  before: Reservation | undefined,
  print: string,
  taken: ReadTaken,
): Promise<GivenNumber | undefined> {
  if (before === undefined) return undefined;
  const { etag, value } = before;
  if (value.state === "forgotten" || value.fingerprint !== print) return undefined;
  // Of a reservation no run is known that could have made the version. One for a redrive is for that alone.
  const isOpen = value.state === "reserved" && value.redrive === undefined;
  if (isOpen && (await isMadeByOthers(dependencies, value, await taken()))) return undefined;
  return { kind: "given", version: value.version, etag };
}

/**
 * Somebody else has made a version of this number, or deleted it so that it can be restored. Azure was read before the
 * records are: a run of the request's own has its row before it writes.
 */
async function isMadeByOthers(
  { records }: FunctionDependencies,
  { requestId, publicationId, version }: ReservationRow,
  taken: TakenNumbers,
): Promise<boolean> {
  if (taken.kind === "refused") return false;
  if (!taken.numbers.some((number) => versionName(number) === version)) return false;
  const [publication, runs] = await Promise.all([
    records.publication(publicationId),
    records.runs(publicationId),
  ]);
  const rows = publication === undefined ? runs : [...runs, publication.row];
  return !rows.some((row) => row.requestId === requestId && mayHaveWritten(row));
}

function otherContents(
  before: Reservation | undefined,
  fingerprint: string,
): Extract<GivenNumber, { kind: "invalid" }> | undefined {
  // Nothing came of contents whose number is free: a request that was mended may come under its id again.
  if (before === undefined || before.value.fingerprint === fingerprint) return undefined;
  if (!holdsNumber(before.value)) return undefined;
  const { requestId, version } = before.value;
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
      'name the version (image.version: "1.2.3"), or add the action that Azure names to the app\'s reader role: additionalReaderActions of infra',
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
