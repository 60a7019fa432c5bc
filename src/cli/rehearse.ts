import { setTimeout as delay } from "node:timers/promises";
import type { FinalState } from "../domain/run/outcome";
import type { DemoResult } from "./demo-result";
import { createFaultControl, type GivenFault } from "./fault-control";
import type { Screen } from "./live-screen";
import type { Rehearsal } from "./rehearsals";
import type { OutgoingRequest } from "./send-request";

/**
 * How a rehearsal went: `asTold` when every request ended as its entry says, and every fault struck:
 * one that had nothing to strike has shown nothing.
 */
export interface RehearsalResult {
  name: string;
  about: string;
  faults: GivenFault[];
  ends: FinalState[];
  states: DemoResult["state"][];
  asTold: boolean;
}

/** What a rehearsal needs of the demo. */
export interface Stage {
  controlUrl: string;
  screen: Screen;
  interrupted: AbortSignal;
  /** Sends a request and waits for its end. */
  publish(request: OutgoingRequest): Promise<DemoResult>;
}

/**
 * Lets a fault strike a publication, and sends the request again as often as the rehearsal says.
 * @returns what came of the last request
 */
export async function rehearse(
  rehearsal: Rehearsal,
  request: OutgoingRequest,
  stage: Stage,
): Promise<DemoResult> {
  const { name, about, first, faults, ends } = rehearsal;
  const { screen } = stage;
  screen.note(`Rehearsal ${name}: ${about}\n`);
  if (first !== undefined) {
    screen.note(`Before the fault is there: ${first.join(", ")} alone.`);
    await stage.publish(onlyIn(first, request));
  }
  const control = createFaultControl(stage.controlUrl);
  for (const fault of faults) await control.add(fault);
  const results: DemoResult[] = [];
  let given: GivenFault[] = [];
  for (const time of ends.keys()) {
    const published = stage.publish(time === 0 ? request : again(request, time + 1));
    const cleared = clearLater(rehearsal, stage, async () => {
      given = await control.list();
      await control.clear();
    });
    const [result] = await Promise.all([published, cleared]);
    results.push(result);
  }
  const left = await control.list();
  const states = results.map(({ state }) => state);
  const seen = left.length > 0 ? left : given;
  const asTold =
    states.every((state, index) => state === ends[index]) && seen.every(({ struck }) => struck > 0);
  return {
    ...(results.at(-1) as DemoResult),
    rehearsal: { name, about, faults: seen, ends, states, asTold },
  };
}

async function clearLater(
  { clearAfterSeconds }: Rehearsal,
  { screen, interrupted }: Stage,
  clear: () => Promise<void>,
): Promise<void> {
  if (clearAfterSeconds === undefined) return;
  await delay(clearAfterSeconds * 1000, undefined, { signal: interrupted });
  await clear();
  screen.note(`After ${clearAfterSeconds} s the fault is cleared.`);
}

/** A request of its own for some of the regions. */
function onlyIn(regions: string[], { requestId, body }: OutgoingRequest): OutgoingRequest {
  const { targetRegions } = body as { targetRegions?: { name: string }[] };
  const chosen = targetRegions?.filter(({ name }) => regions.includes(name));
  const id = `${requestId}-before`;
  return { requestId: id, body: { ...body, requestId: id, targetRegions: chosen } };
}

/** The same request with a new id: the same id would join the run that has ended. */
function again({ requestId, body }: OutgoingRequest, time: number): OutgoingRequest {
  const id = `${requestId}-${time}`;
  return { requestId: id, body: { ...body, requestId: id } };
}
