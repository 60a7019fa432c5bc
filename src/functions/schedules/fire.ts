import { createHash } from "node:crypto";
import { documentPaths } from "../../domain/run/document-paths";
import { canonicalJson } from "../../domain/run/identity";
import type { Schedule } from "../../domain/schedule/schedule";
import { decided, requestIdOf } from "../../domain/schedule/state";
import { releaseClaim } from "./claim-source";
import { decisionOf, type Occasion, type Verdict } from "./decide";
import type { ScheduleDependencies } from "./dependencies";
import { change, type Held } from "./hold-state";
import { makesOf } from "./made-elsewhere";

/**
 * Keeps the request's message, and writes that it is decided, before anything is sent: of two hosts that tick at once,
 * one decides. The message lies under its own content: two that find different sources at the same moment don't write
 * over one another. Undefined when somebody else was faster.
 */
export async function fire(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  occasion: Occasion,
  { source, fingerprint, why, claim }: Extract<Verdict, { kind: "fire" }>,
): Promise<{ mine: Held; requestId: string } | undefined> {
  const { documents, states, now } = dependencies;
  const requestId = requestIdOf(schedule.id, occasion.occurrence, occasion.who !== undefined);
  const message = { ...schedule.request, requestId, source, sourceFingerprint: fingerprint };
  const content = createHash("sha256").update(canonicalJson(message)).digest("hex").slice(0, 12);
  const path = documentPaths.scheduledRequest(schedule.id, requestId, content);
  await documents.write(path, message);
  const firedAt = now().toISOString();
  const makes = makesOf(schedule, fingerprint);
  const request = { requestId, path, makes, firedAt, sends: 0 };
  const decision = decisionOf(occasion, now(), { what: "fired", why, requestId });
  const mine = await change(states, held, { ...decided(held.state, decision), request });
  if (claim !== undefined) await releaseClaim(dependencies, claim);
  return mine === undefined ? undefined : { mine, requestId };
}
