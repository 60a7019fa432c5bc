import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { Schedule } from "../../domain/schedule/schedule";
import { isGoing } from "../../domain/schedule/state";
import { jsonResponse, problemResponse } from "../problem-response";
import { readStatement } from "../statement";
import { wantBuild } from "./await-build";
import { notFired, verdictOn, type Occasion } from "./decide";
import type { ScheduleDependencies } from "./dependencies";
import { fire } from "./fire";
import { change, holdState, type Held } from "./hold-state";
import { tryAgain } from "../or-try-again";
import { soundSchedule } from "./named-schedule";
import { linksOf } from "./schedule-view";
import { settleRequest } from "./settle-request";
import { withinLook } from "./within-look";

/**
 * `POST /api/schedules/{id}/run`, with `{"who": …, "why": …}`: runs a schedule now, also one that is switched off. 202
 * with the request's id; 200 when the source is published already, unless `?force=true`; 409 while its last run
 * goes on; 422 when it can't run; 503 while Azure, storage or the queue don't answer. Its calendar goes on as if nothing had been.
 */
export function runSchedule(dependencies: ScheduleDependencies) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const statement = await readStatement(request);
    if ("refused" in statement) return statement.refused;
    const force = request.query.get("force") ?? "false";
    if (force !== "true" && force !== "false")
      return problemResponse(400, "Invalid query", `force is true or false, not "${force}"`);
    const named = await soundSchedule(dependencies, request, "The schedule can't run");
    if ("refused" in named) return named.refused;
    const { schedule } = named;
    const { now, states } = dependencies;
    const found = await holdState(states, schedule, now());
    // Whoever takes a claim over writes its holder's row anew: without one nothing would refuse what is decided later.
    const held = found.etag === undefined ? await change(states, found, found.state) : found;
    const settled = held && (await settleRequest(dependencies, schedule, held, context));
    if (settled === undefined) return busy(request.params["id"] ?? "");
    const occasion = { occurrence: now(), who: statement.said.who, force: force === "true" };
    context.log(`schedule ${schedule.id}: ${occasion.who} asks for a run: ${statement.said.why}`);
    return run(withinLook(dependencies), schedule, settled, occasion, context);
  };
}

async function run(
  dependencies: ScheduleDependencies,
  schedule: Schedule,
  held: Held,
  occasion: Occasion,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const { states, now } = dependencies;
  const { id } = schedule;
  const verdict = await verdictOn(dependencies, schedule, held.state, occasion);
  const links = linksOf(id);
  switch (verdict.kind) {
    case "later":
      return tryAgain(`Azure doesn't answer: ${verdict.fault.message}`);
    case "held":
      return problemResponse(409, "Held", `${verdict.why}; try again`, { links });
    case "build": {
      const wanted = await wantBuild(dependencies, schedule, held, occasion, verdict, context);
      if (wanted === undefined) return busy(id);
      // The timer starts the build, waits for it, and fires.
      return jsonResponse(202, { id, fired: false, why: "its image template is run first", links });
    }
    case "skip": {
      if (isGoing(held.state) || held.state.build !== undefined)
        return problemResponse(409, "It is running", verdict.why, { links });
      if (!(await states.put(notFired(held.state, occasion, now(), verdict), held.etag)))
        return busy(id);
      return jsonResponse(200, { id, fired: false, why: verdict.why, links });
    }
    case "finding":
      if (!(await states.put(notFired(held.state, occasion, now(), verdict), held.etag)))
        return busy(id);
      return problemResponse(422, "The schedule can't run", verdict.problem.message, {
        problems: [verdict.problem],
        links,
      });
    case "fire": {
      const next = await fire(dependencies, schedule, held, occasion, verdict);
      if (next === undefined) return busy(id);
      const { mine, requestId } = next;
      // What isn't sent now, the next tick sends.
      await settleRequest(dependencies, schedule, mine, context);
      return jsonResponse(202, {
        id,
        fired: true,
        requestId,
        why: verdict.why,
        links: {
          ...links,
          publications: `/api/publications?requestId=${encodeURIComponent(requestId)}`,
        },
      });
    }
  }
}

const busy = (id: string): HttpResponseInit =>
  problemResponse(409, "Held", "the timer, or somebody else, is at it just now; try again", {
    links: linksOf(id),
  });
