import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import type { FunctionDependencies } from "./dependencies";
import { dismissFailure } from "./dismiss-failure";
import { health } from "./health";
import { listDeadLetters } from "./list-dead-letters";
import { listPublications } from "./list-publications";
import { orTryAgain, type Throwing } from "./or-try-again";
import { promotePublication } from "./promote-publication";
import { publishOverHttp } from "./publish-over-http";
import { readConsumption } from "./read-consumption";
import { listFailures, readFailure } from "./read-failures";
import { readPublication } from "./read-publications";
import { readSchema } from "./read-schema";
import { redriveDeadLetter } from "./redrive-dead-letter";
import { redriveFailure } from "./redrive-failure";
import type { ScheduleDependencies } from "./schedules/dependencies";
import { listSchedules, readSchedule } from "./schedules/read-schedules";
import { runSchedule } from "./schedules/run-schedule";
import { switchSchedule } from "./schedules/switch-schedule";
import { steerPublication } from "./steer-publication";

type Answer = Promise<HttpResponseInit>;
type Handler = (request: HttpRequest, context: InvocationContext) => Answer;
type RunsHandler = (
  request: HttpRequest,
  client: DurableClient,
  context: InvocationContext,
) => Answer;

/** A function of the HTTP API as the host is told of it. */
export interface HttpFunction<Of = Handler> {
  name: string;
  options: {
    route: string;
    methods: ["GET" | "POST"];
    authLevel: "function" | "anonymous";
    handler: Of;
  };
  /** What whoever is answered 503 is to do before the same again; absent where a repetition changes nothing. */
  first?: string;
}

/**
 * The whole HTTP API: `plain` functions, and those that take the client of `runs`. What one of them throws is an answer
 * with a body, of every one of them: `main.ts` registers no others.
 */
export function httpFunctions(
  dependencies: FunctionDependencies,
  schedules: ScheduleDependencies,
): { plain: HttpFunction[]; runs: HttpFunction<RunsHandler>[] } {
  const plain: HttpFunction[] = [
    of("GET", "listSchedules", "schedules", listSchedules(schedules)),
    of("GET", "readSchedule", "schedules/{id}", readSchedule(schedules)),
    {
      ...of("POST", "runSchedule", "schedules/{id}/run", runSchedule(schedules)),
      first:
        "what was decided is sent by the timer: see lastRun of the schedule before you repeat it",
    },
    ...(["enable", "disable"] as const).map((to) =>
      of("POST", `${to}Schedule`, `schedules/{id}/${to}`, switchSchedule(schedules, to)),
    ),
    of("GET", "readConsumption", "publications/{id}/consume", readConsumption(dependencies)),
    of("GET", "listFailures", "failures", listFailures(dependencies)),
    of("GET", "readFailure", "failures/{id}", readFailure(dependencies)),
    of("POST", "dismissFailure", "failures/{id}/dismiss", dismissFailure(dependencies)),
    of("GET", "listDeadLetters", "dead-letters", listDeadLetters(dependencies)),
    of(
      "POST",
      "redriveDeadLetter",
      "dead-letters/{sequenceNumber}/redrive",
      redriveDeadLetter(dependencies),
    ),
    forAnybody(of("GET", "readSchema", "schema", readSchema())),
    forAnybody(of("GET", "health", "health", health(dependencies))),
  ];
  const runs: HttpFunction<RunsHandler>[] = [
    of("POST", "publishOverHttp", "publications", publishOverHttp(dependencies)),
    of("GET", "listPublications", "publications", listPublications(dependencies)),
    of("GET", "readPublication", "publications/{id}", readPublication(dependencies)),
    ...(["approve", "reject", "cancel"] as const).map((steering) =>
      of(
        "POST",
        `${steering}Publication`,
        `publications/{id}/${steering}`,
        steerPublication(dependencies, steering),
      ),
    ),
    of("POST", "promotePublication", "publications/{id}/promote", promotePublication(dependencies)),
    of("POST", "redriveFailure", "failures/{id}/redrive", redriveFailure(dependencies)),
  ];
  return { plain: plain.map(guarded), runs: runs.map(guarded) };
}

/** For whoever has a function key. */
const of = <Of>(
  method: "GET" | "POST",
  name: string,
  route: string,
  handler: Of,
): HttpFunction<Of> => ({
  name,
  options: { route, methods: [method], authLevel: "function", handler },
});

const forAnybody = <Of>({ name, options }: HttpFunction<Of>): HttpFunction<Of> => ({
  name,
  options: { ...options, authLevel: "anonymous" },
});

const guarded = <Given extends unknown[]>({
  name,
  options,
  first,
}: HttpFunction<Throwing<Given>>) => ({
  name,
  options: { ...options, handler: orTryAgain(name, options.handler, first) },
});
