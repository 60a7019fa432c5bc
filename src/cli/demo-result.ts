import { readArmCalls, renderArmCalls, writesOf, type ArmCall } from "./arm-calls";
import type { Failure, PublicationImage, PublicationState } from "./api-types";
import { renderFailure } from "./failure-report";
import { renderFaults } from "./fault-control";
import { readImageVersion } from "./image-version";
import { imageName, seconds } from "./render-regions";
import type { RehearsalResult } from "./rehearse";
import { regionResults, renderResultTable, type RegionResult } from "./result-table";
import type { Endpoints } from "./stack-process";
import type { Ending } from "./watch-publication";

/** Everything that a demo run showed; `--json` prints it. */
export interface DemoResult {
  requestId: string;
  publicationId: string | null;
  image: PublicationImage | null;
  state: PublicationState;
  durationMs: number;
  /** Read from Resource Manager after the run; empty when nothing was written. */
  regions: RegionResult[];
  armWrites: ArmCall[];
  armReads: number;
  failure: Failure | null;
  /** How the rehearsal of a fault went, where one was asked for. */
  rehearsal?: RehearsalResult;
}

/** Collects what came of a request: from the API, and from Resource Manager itself. */
export async function collectResult(
  ending: Ending,
  run: { requestId: string; durationMs: number; endpoints: Endpoints },
): Promise<DemoResult> {
  const calls = readArmCalls(run.endpoints.armRequestLog);
  const writes = writesOf(calls);
  const common = {
    requestId: run.requestId,
    durationMs: run.durationMs,
    armWrites: writes,
    armReads: calls.length - writes.length,
    failure: ending.failure ?? null,
  };
  if (ending.kind === "refusedMessage")
    return { ...common, publicationId: null, image: null, state: "rejected", regions: [] };
  const { id, image, state, regions = [] } = ending.publication;
  // What was never written isn't there to be read; a refused version would only be a 404.
  const isThere = state === "published" || state === "partlyPublished";
  return {
    ...common,
    publicationId: id,
    image,
    state,
    regions: isThere ? regionResults(await readImageVersion(run.endpoints, image), regions) : [],
  };
}

/** The end of the demo, for people. */
export function renderResult(result: DemoResult): string[] {
  return [
    "",
    ...(result.image === null
      ? []
      : [
          `${imageName({ image: result.image })} ${result.state} after ${seconds(result.durationMs)}.`,
        ]),
    ...(result.regions.length === 0
      ? []
      : ["As Resource Manager has it:", renderResultTable(result.regions)]),
    ...(result.failure === null ? [] : renderFailure(result.failure)),
    "",
    ...renderArmCalls(result.armWrites, result.armReads),
    ...(result.rehearsal === undefined ? [] : ["", ...renderRehearsal(result.rehearsal)]),
  ];
}

function renderRehearsal({ faults, states, ends, asTold }: RehearsalResult): string[] {
  const idle = faults.some(({ struck }) => struck === 0)
    ? ", but there was nothing for a fault to strike."
    : `, but should have ended ${ends.join(", then ")}.`;
  return [
    ...renderFaults(faults),
    `Ended ${states.join(", then ")}${asTold ? ", as it should." : idle}`,
  ];
}
