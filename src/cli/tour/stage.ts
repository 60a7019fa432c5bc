import { setTimeout as delay } from "node:timers/promises";
import type { GalleryImageVersion } from "@azure/arm-compute";
import { createApiClient, type PublicationsApi } from "../api-client";
import type { Publication } from "../api-types";
import { readArmCalls, renderArmCalls, writesOf } from "../arm-calls";
import { DemoError } from "../demo-error";
import { renderFailure } from "../failure-report";
import { createFaultControl, type FaultControl } from "../fault-control";
import { readImageVersion } from "../image-version";
import { imageName, seconds } from "../render-regions";
import { sendRequest } from "../send-request";
import type { RunningStack } from "../stack-process";
import { watchPublication, type Ending } from "../watch-publication";
import { renderRollout } from "./rollout-table";
import { stateChanges } from "./state-changes";

/** Who speaks in the tour, and why. */
const statement = (why: string) => ({ who: "Ada", why });

/** What an act of the tour does: as any client of the app, and of Azure. */
export interface Stage {
  say: (...lines: string[]) => void;
  faults: FaultControl;
  /** Sends a request by the queue and shows it until it has ended. */
  publish(requestId: string, body: object): Promise<Ended>;
  /** Shows a run that was started by a call until it has ended. */
  follow: (requestId: string) => Promise<Ended>;
  /** Sends a request and returns as soon as `isThere` holds. */
  begin(
    requestId: string,
    body: object,
    isThere: (seen: Publication) => boolean,
  ): Promise<Publication>;
  /** `POST /api/{path}` with Ada's statement: the answer's body. */
  post<T>(path: string, why: string): Promise<T>;
  /** The version in Azure, region by region, as a table. */
  showVersion(publication: Publication): Promise<GalleryImageVersion>;
  /** What the act has asked of Azure since the last call of this. */
  showCalls(): void;
  /** @throws {DemoError} when something isn't as the tour says */
  expect(what: string, isSo: boolean): void;
}

/** How a run of the tour ended. */
export interface Ended {
  publication: Publication;
  failure?: NonNullable<Extract<Ending, { kind: "publication" }>["failure"]>;
}

export interface StageContext {
  stack: RunningStack;
  timeoutMs: number;
  print: (line: string) => void;
  interrupted: AbortSignal;
}

/** A stage on a stack that runs. */
export function createStage({ stack, timeoutMs, print, interrupted }: StageContext): Stage {
  const endpoints = stack.endpoints();
  const api = createApiClient(endpoints.functionsUrl, endpoints.functionsKey);
  const pause = (ms: number) => delay(ms, undefined, { signal: interrupted });
  let callsSeen = 0;
  const say = (...lines: string[]): void => lines.forEach(print);

  async function follow(requestId: string): Promise<Ended> {
    const startedAt = Date.now();
    let before: Publication | undefined;
    const onLook = (seen: Publication | undefined): void => {
      if (seen === undefined) return;
      say(...stateChanges(before, seen, Date.now() - startedAt));
      before = seen;
    };
    const watch = { requestId, timeoutMs, onLook, now: Date.now, pause };
    const ending = await watchPublication(api, watch);
    if (ending.kind === "refusedMessage")
      throw new DemoError(
        ["the request was refused:", ...renderFailure(ending.failure)].join("\n"),
      );
    const { publication, failure } = ending;
    say(`${imageName(publication)} ${publication.state} after ${seconds(Date.now() - startedAt)}.`);
    if (failure !== undefined) say(...renderFailure(failure));
    return { publication, ...(failure === undefined ? {} : { failure }) };
  }

  return {
    say,
    faults: createFaultControl(endpoints.armControlUrl),
    follow,
    async publish(requestId, body) {
      await sendRequest(endpoints.serviceBusConnectionString, { requestId, body });
      return follow(requestId);
    },
    async begin(requestId, body, isThere) {
      await sendRequest(endpoints.serviceBusConnectionString, { requestId, body });
      return until(api, requestId, isThere, timeoutMs, pause);
    },
    post: (path, why) => api.post(path, statement(why)),
    async showVersion(publication) {
      const version = await readImageVersion(endpoints, publication.image);
      say("As Resource Manager has it:", renderRollout(version, publication.regions ?? []));
      return version;
    },
    showCalls() {
      const calls = readArmCalls(endpoints.armRequestLog);
      const own = calls.slice(callsSeen);
      const writes = writesOf(own);
      callsSeen = calls.length;
      say("", ...renderArmCalls(writes, own.length - writes.length));
    },
    expect(what, isSo) {
      if (!isSo) throw new DemoError(`the tour went wrong: ${what} should be so, and isn't`);
    },
  };
}

async function until(
  api: PublicationsApi,
  requestId: string,
  isThere: (seen: Publication) => boolean,
  timeoutMs: number,
  pause: (ms: number) => Promise<void>,
): Promise<Publication> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await pause(100)) {
    const found = await api.findByRequest(requestId);
    const seen = found === undefined ? undefined : await api.publication(found.id);
    if (seen !== undefined && isThere(seen)) return seen;
  }
  throw new DemoError(`request ${requestId} didn't get that far in ${timeoutMs / 1000} s`);
}
