import type { ImageTarget } from "../request/publish-request";
import type { UndoResult } from "../rollout/undo";
import { imageVersionId } from "./identity";
import { isAnnounced, LOG_LINES, type AnnouncedEvent, type LogLine } from "./log-line";
import type { RegionOutcome } from "./outcome";
import type { PublicationEvent } from "./publication-event";

/** What events say that lines repeat. */
interface Told {
  publicationId?: string;
  runId?: string;
  requestId?: string;
  /** Of a failure, and of a dismissal: the ledger's entry. */
  id?: string;
  imageId?: string;
  image?: ImageTarget;
  completed?: readonly string[];
  failed?: readonly string[];
  regions?: readonly RegionOutcome[] | readonly string[];
  fault?: { code: string };
  problems?: readonly { code: string }[];
  undone?: readonly { result: UndoResult["result"] }[];
  dismissed?: { who?: string };
  leftOverCount?: number;
  leftOver?: readonly unknown[];
  [name: string]: unknown;
}

type Value = string | number | undefined;

/** Members of lines that aren't members of the event by the same name. */
const READ: Record<string, (told: Told) => Value> = {
  failureId: ({ id }) => id,
  code: (told) => told.fault?.code ?? told.problems?.[0]?.code ?? codeOfRegion(told),
  completed: (told) => list(told.completed ?? regionsThatAre(told, "completed")),
  failed: (told) => list(told.failed ?? regionsThatAre(told, "failed")),
  undone: ({ undone = [] }) => undone.filter(({ result }) => result === "undone").length,
  notUndone: ({ undone = [] }) => undone.filter(({ result }) => result === "failed").length,
  who: ({ who, dismissed }) => dismissed?.who ?? (typeof who === "string" ? who : undefined),
};

/** The lines of an event: one for the transition, and one more when something was left behind. */
export function linesOf(event: PublicationEvent): LogLine[] {
  const name = event.type.slice(event.type.lastIndexOf(".") + 1);
  if (!isAnnounced(name)) return [];
  const told = event.data as Told;
  const common = { time: event.time, eventId: event.id, ...about(told) };
  const own = LOG_LINES[name].fields.map((field) => [field, valueOf(told, field)] as const);
  const line = { event: name, ...common, ...given(Object.fromEntries(own)) } as LogLine & {
    event: AnnouncedEvent;
  };
  const count = told.leftOverCount ?? told.leftOver?.length ?? 0;
  if (count === 0) return [line];
  return [line, { event: "leftOver", ...common, ...given({ failureId: told.id }), count }];
}

function about({ publicationId, runId, requestId, imageId, image }: Told) {
  const version = imageId ?? (image === undefined ? undefined : imageVersionId(image));
  return given({ publicationId, runId, requestId, imageVersionId: version });
}

function valueOf(told: Told, field: string): Value {
  const read = READ[field];
  const value = read === undefined ? told[field] : read(told);
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}

/** Regions are outcomes, or the names of those that are in `latest`. */
function regionsThatAre(
  { regions = [] }: Told,
  kind: RegionOutcome["kind"],
): readonly string[] | undefined {
  const names = regions.flatMap((region) => {
    if (typeof region === "string") return kind === "completed" ? [region] : [];
    return region.kind === kind ? [region.region] : [];
  });
  return names.length === 0 ? undefined : names;
}

/** Of the first region that failed, when no single thing has ended the run. */
function codeOfRegion({ regions = [] }: Told): string | undefined {
  const failed = regions.find((region) => typeof region !== "string" && region.kind === "failed");
  return typeof failed === "object" && failed.kind === "failed" ? failed.fault.code : undefined;
}

const list = (names: readonly string[] | undefined): string | undefined =>
  names === undefined || names.length === 0 ? undefined : names.join(",");

/** Without the members that aren't known. */
function given<T extends Record<string, Value>>(
  members: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  const known = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [K in keyof T]?: NonNullable<T[K]> };
}
