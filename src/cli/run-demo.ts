import { setTimeout as delay } from "node:timers/promises";
import { createApiClient } from "./api-client";
import { DemoError } from "./demo-error";
import { collectResult, type DemoResult } from "./demo-result";
import type { Screen } from "./live-screen";
import type { DemoOptions } from "./options";
import { findRehearsal, readRehearsals, type Rehearsal } from "./rehearsals";
import { rehearse } from "./rehearse";
import { readRequest, sendRequest, versionOf, type OutgoingRequest } from "./send-request";
import { startStack, type RunningStack } from "./stack-process";
import { watchPublication } from "./watch-publication";

/** What a demo run needs beside its options. */
export interface DemoContext {
  stackProgram: string;
  screen: Screen;
  /** Called with what came of the request, while the stack still runs. */
  report(result: DemoResult): void;
  /** Aborted by Ctrl-C: the demo ends as soon as it can, and cleans up. */
  interrupted: AbortSignal;
}

/**
 * One request from the queue to every region, on a stack of its own that is gone afterwards.
 * @throws {DemoError} when the stack can't start, ends by itself, or nothing comes of the request.
 */
export async function runDemo(options: DemoOptions, context: DemoContext): Promise<DemoResult> {
  const { screen, interrupted } = context;
  const request = readRequest(options.requestFile);
  const rehearsal = rehearsalOf(options, request);
  screen.note("Starting the local stack: Azure's services as programs on this machine …");
  const stack = await startStack(context.stackProgram, options.worldFile, (line) =>
    screen.note(line),
  );
  try {
    if (interrupted.aborted) throw wasInterrupted();
    const publishing = play(stack, request, rehearsal, { options, context });
    const result = await Promise.race([publishing, broken(stack), rejectOn(interrupted)]);
    context.report(result);
    if (options.keep) await keep(stack, interrupted, screen);
    return result;
  } finally {
    await stack.stop();
  }
}

/** @throws {DemoError} when there is no such rehearsal: before anything is started */
function rehearsalOf({ fault, faultsFile }: DemoOptions, request: OutgoingRequest) {
  if (fault === undefined) return undefined;
  return findRehearsal(readRehearsals(faultsFile, versionOf(request)), fault);
}

async function play(
  stack: RunningStack,
  request: OutgoingRequest,
  rehearsal: Rehearsal | undefined,
  { options, context }: { options: DemoOptions; context: DemoContext },
): Promise<DemoResult> {
  const send = (one: OutgoingRequest) => publish(stack, one, options, context);
  const { screen, interrupted } = context;
  const { armControlUrl: controlUrl } = stack.endpoints();
  const result =
    rehearsal === undefined
      ? await send(request)
      : await rehearse(rehearsal, request, { controlUrl, screen, interrupted, publish: send });
  screen.finish();
  return result;
}

async function publish(
  stack: RunningStack,
  request: OutgoingRequest,
  options: DemoOptions,
  { screen, interrupted }: DemoContext,
): Promise<DemoResult> {
  const startedAt = Date.now();
  const { requestId } = request;
  const { serviceBusConnectionString, functionsUrl, functionsKey, pids } = stack.endpoints();
  await sendRequest(serviceBusConnectionString, request);
  screen.begin();
  screen.note(`Request ${requestId} is on the queue.`);
  screen.note(`Killing the Functions host (kill -9 ${pids["functions-host"]}) won't stop it.\n`);
  const ending = await watchPublication(createApiClient(functionsUrl, functionsKey), {
    requestId,
    timeoutMs: options.timeoutMs,
    onLook: (publication) => publication !== undefined && screen.show(publication),
    now: Date.now,
    pause: (ms) => delay(ms, undefined, { signal: interrupted }),
  });
  const durationMs = Date.now() - startedAt;
  return collectResult(ending, { requestId, durationMs, endpoints: stack.endpoints() });
}

async function keep(stack: RunningStack, interrupted: AbortSignal, screen: Screen): Promise<void> {
  screen.note(`\nThe stack goes on; its addresses are in ${stack.endpointsFile}. Ctrl-C ends it.`);
  await Promise.race([broken(stack), rejectOn(interrupted).catch(() => undefined)]);
}

async function broken(stack: RunningStack): Promise<never> {
  throw new DemoError(await stack.failed);
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(wasInterrupted());
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

/** 130 is what shells report for a program that Ctrl-C ended. */
function wasInterrupted(): DemoError {
  return new DemoError("interrupted", 130);
}
