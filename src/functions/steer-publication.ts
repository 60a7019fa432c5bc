import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import type { Records } from "../azure/records";
import type { RunStatus } from "../domain/run/progress";
import type { PublicationRow } from "../domain/run/records";
import type { Decision, Signal, SignalRow, Signals } from "../domain/run/signals";
import { SIGNALLED } from "../orchestrators/names";
import type { FunctionDependencies } from "./dependencies";
import { instanceState, runIdOf } from "./durable-status";
import { jsonResponse, problemResponse } from "./problem-response";
import { readStatement } from "./statement";

export type Steering = "approve" | "reject" | "cancel";

/**
 * `POST /api/publications/{id}/approve`, `…/reject` and `…/cancel`, with `{"who": …, "why": …}`. Stored first, then
 * raised as an event that only wakes the run: 202, and 200 for a repetition. What was stored first counts: 409 for
 * what contradicts it, and when there is no run that could be steered. `?wave=` says which wave is decided on, so
 * that a late answer to one isn't taken for an answer to the next; `?run=` likewise.
 */
export function steerPublication({ records, now }: FunctionDependencies, steering: Steering) {
  return async (request: HttpRequest, client: DurableClient): Promise<HttpResponseInit> => {
    const id = (request.params["id"] ?? "").toLowerCase();
    const named = readNamed(request.query);
    if ("mistake" in named) return problemResponse(400, "Invalid query", named.mistake);
    const statement = await readStatement(request);
    if ("refused" in statement) return statement.refused;
    const found = await records.publication(id);
    if (found === undefined)
      return problemResponse(404, "No such publication", `there is no publication "${id}"`);
    const subject = await subjectOf(client, found.row, steering, named);
    const decided = await decide(records, found.row, subject, (about) => ({
      ...statement.said,
      at: now().toISOString(),
      runId: found.row.runId,
      about,
      ...(steering === "cancel" ? {} : { decision: steering }),
    }));
    if ("refusal" in decided)
      return problemResponse(409, "Nothing to decide", decided.refusal, { links: linksOf(id) });
    // Also for a repetition: the first one's event may never have been raised.
    if (subject.refusal === undefined)
      await client.raiseEvent(id, SIGNALLED, { about: subject.about });
    return answer(found.row, steering, decided);
  };
}

/** What counts, and whether it was said just now. */
interface Decided {
  about: SignalRow["about"];
  by: Signal & Partial<Pick<Decision, "decision">>;
  isFirst: boolean;
}

/** Stores what is said unless something was said before, or there is nothing to decide any more. */
async function decide(
  records: Pick<Records, "signal" | "signals">,
  { id, runId }: PublicationRow,
  subject: Subject,
  row: (about: SignalRow["about"]) => SignalRow,
): Promise<Decided | { refusal: string }> {
  const { about, refusal } = subject;
  if (about === undefined) return { refusal };
  const before = async () => saidAbout(await records.signals(id, runId), about);
  const said = await before();
  if (said !== undefined) return { about, by: said, isFirst: false };
  if (refusal !== undefined) return { refusal };
  const mine = row(about);
  if (await records.signal(id, mine)) return { about, by: mine, isFirst: true };
  const first = await before();
  // What is there and isn't a person's is the run's own claim.
  return first === undefined ? { refusal: PROMOTING } : { about, by: first, isFirst: false };
}

function answer(
  { id, runId }: PublicationRow,
  steering: Steering,
  { about, by: { who, why, at, decision }, isFirst }: Decided,
): HttpResponseInit {
  const links = linksOf(id);
  if (decision !== undefined && decision !== steering)
    return problemResponse(409, "Decided before", `${who} decided otherwise: ${decision}, ${why}`, {
      first: { who, why, at, decision },
      links,
    });
  return jsonResponse(isFirst ? 202 : 200, {
    id,
    runId,
    about,
    [steering]: { who, why, at },
    links,
  });
}

/** The run and wave that a link names; whoever names none means what is waiting now. */
interface Named {
  runId?: string;
  wave?: number;
}

function readNamed(query: URLSearchParams): Named | { mistake: string } {
  const runId = query.get("run");
  const wave = query.get("wave");
  if (wave !== null && !/^[1-9]\d{0,3}$/.test(wave))
    return { mistake: `wave is the number of a wave, the first is 1; not "${wave}"` };
  return {
    ...(runId === null ? {} : { runId }),
    ...(wave === null ? {} : { wave: Number(wave) }),
  };
}

/** Phases in which a run still looks whether it was cancelled. */
const CANCELLABLE: ReadonlySet<RunStatus["phase"]> = new Set([
  "planning",
  "publishing",
  "verifying",
  "awaitingApproval",
]);

/** What is decided on, and why that can't be now; a repetition of what was decided is answered all the same. */
type Subject =
  /** The run as a whole, or a wave. */
  | { about: SignalRow["about"]; refusal?: string }
  /** It isn't known what is meant. */
  | { about?: never; refusal: string };

async function subjectOf(
  client: DurableClient,
  row: PublicationRow,
  steering: Steering,
  named: Named,
): Promise<Subject> {
  const { id, runId, state } = row;
  if (named.runId !== undefined && named.runId !== runId)
    return { refusal: `the run ${named.runId} isn't the newest one; that is ${runId}` };
  const instance = await instanceState(client, id);
  const status = instance?.customStatus as RunStatus | null | undefined;
  const isGoing = instance?.going === true && runIdOf(instance) === runId;
  const ended =
    instance?.going === true
      ? `its run ${runId} has ended; what that has left is being mended`
      : `no run of it is going on; its state is ${state}`;
  const phase = isGoing ? status?.phase : undefined;
  if (steering === "cancel") {
    const refusal = !isGoing ? ended : uncancellable(row, phase);
    return { about: "cancel", ...(refusal === undefined ? {} : { refusal }) };
  }
  const waits = phase === "awaitingApproval" ? status?.awaits : undefined;
  const wave = named.wave ?? waits;
  if (wave === undefined)
    return { refusal: isGoing ? "its run doesn't wait for an approval now" : ended };
  const about = `wave-${wave - 1}` as const;
  if (wave === waits) return { about };
  return {
    about,
    refusal: isGoing ? `its run doesn't wait for an approval of wave ${wave}` : ended,
  };
}

const PROMOTING = "its run takes the version into latest already, which is one write";

function uncancellable(
  { action }: PublicationRow,
  phase: RunStatus["phase"] | undefined,
): string | undefined {
  if (action === "promote") return "its run promotes the version, which is one write";
  if (phase === "promoting") return PROMOTING;
  if (phase === undefined || CANCELLABLE.has(phase)) return undefined;
  return `its run is ${phase} already`;
}

const saidAbout = (
  { cancel, decisions }: Signals,
  about: SignalRow["about"],
): Signal | Decision | undefined =>
  about === "cancel" ? cancel : decisions[Number(about.slice("wave-".length))];

const linksOf = (id: string) => ({ publication: `/api/publications/${id}` });
