import type { Instance, InstanceFilter, OrchestrationStatus } from "../durable-engine/model";
import type { DurableHttpRequest, DurableHttpResponse } from "./durable-http";
import { empty, json } from "./http-answers";
import type { HttpContext } from "./http-context";
import { parseStatusFlags, statusBody } from "./status-body";

const STATUSES: readonly OrchestrationStatus[] = [
  "Pending",
  "Running",
  "Suspended",
  "Completed",
  "Failed",
  "Terminated",
];
const PURGEABLE: readonly OrchestrationStatus[] = ["Completed", "Failed", "Terminated"];
const CONTINUATION_HEADER = "x-ms-continuation-token";

/** `GET instances/`: a page of instances, in the order of their ids. */
export function listInstances(
  { engine }: HttpContext,
  request: DurableHttpRequest,
): DurableHttpResponse {
  const flags = { ...parseStatusFlags(request.query), showHistory: false };
  const top = Number.parseInt(request.query.get("top") ?? "", 10);
  const pageSize = top > 0 ? top : undefined;
  const token = request.headers[CONTINUATION_HEADER]?.trim() ?? "";
  const found = engine.store.instances({
    ...parseFilter(request.query, STATUSES),
    fromId: Buffer.from(token, "base64").toString("utf8"),
    // One more than the page holds, to know where the next begins.
    limit: pageSize === undefined ? undefined : pageSize + 1,
  });
  const next: Instance | undefined = pageSize === undefined ? undefined : found[pageSize];
  return json(
    200,
    found.slice(0, pageSize).map((instance) => statusBody(instance, flags, () => [])),
    { [CONTINUATION_HEADER]: next ? Buffer.from(next.id).toString("base64") : "" },
  );
}

/**
 * `DELETE instances/`: forgets instances. As in Azure only final states narrow: without one, also a
 * running orchestration is forgotten.
 */
export function purgeInstances(
  { engine, client }: HttpContext,
  request: DurableHttpRequest,
): DurableHttpResponse {
  const filter = parseFilter(request.query, PURGEABLE);
  if (filter.createdFrom === undefined)
    return json(400, "Please provide value for 'createdTimeFrom' parameter.");
  const found = engine.store.instances(filter);
  if (found.length === 0) return empty(404);
  client.purge(found);
  return json(200, { instancesDeleted: found.length });
}

/** What can't be understood doesn't narrow. */
function parseFilter(
  query: URLSearchParams,
  known: readonly OrchestrationStatus[],
): InstanceFilter {
  const wanted = query.getAll("runtimeStatus").flatMap((value) => value.toLowerCase().split(","));
  const statuses = known.filter((status) => wanted.includes(status.toLowerCase()));
  return {
    idPrefix: query.get("instanceIdPrefix") ?? undefined,
    statuses: statuses.length > 0 ? statuses : undefined,
    createdFrom: parseTime(query.get("createdTimeFrom")),
    createdTo: parseTime(query.get("createdTimeTo")),
  };
}

function parseTime(text: string | null): number | undefined {
  const epochMs = Date.parse(text ?? "");
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
