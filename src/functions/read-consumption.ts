import type { HttpRequest, HttpResponseInit } from "@azure/functions";
import { consumption, type Consumption } from "../domain/consume/consumption";
import { MACHINE_KINDS, type MachineKind } from "../domain/consume/recipe";
import { regionUses, type RegionUse, type RunWord } from "../domain/consume/region-use";
import { regionName } from "../domain/region-name";
import { documentPaths } from "../domain/run/document-paths";
import type { MachinesDocument, OutcomeDocument } from "../domain/run/records";
import type { FunctionDependencies } from "./dependencies";
import { endedRuns } from "./ended-runs";
import { jsonResponse, problemResponse } from "./problem-response";

const TOOLS = ["azureCli", "powerShell", "bicep"] as const;
type Tool = (typeof TOOLS)[number];

/**
 * `GET /api/publications/{id}/consume`: the regions that machines can be created in. With `region` every text for
 * it, with `tool` (and `kind`) one of them, ready to paste. Written from what was recorded: Azure isn't asked.
 */
export function readConsumption(dependencies: FunctionDependencies) {
  return async (request: HttpRequest): Promise<HttpResponseInit> => {
    const id = (request.params["id"] ?? "").toLowerCase();
    const asked = askedFor(request.query);
    if ("mistake" in asked) return problemResponse(400, "Invalid query", asked.mistake);
    const found = await dependencies.records.publication(id);
    if (found === undefined)
      return problemResponse(404, "No such publication", `there is no publication "${id}"`);
    const uses = regionUses(await words(dependencies, id));
    const { region } = asked;
    if (region === undefined)
      return jsonResponse(200, { id, regions: uses.map((use) => listed(id, use)) });
    const use = uses.find((candidate) => candidate.region === region);
    if (use === undefined) return notThere(region, uses);
    return use.kind === "usable" ? written(id, use, asked) : notUsable(id, use);
  };
}

interface Asked {
  region?: string;
  tool?: Tool;
  kind: MachineKind;
  consumerSubscriptionId?: string;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function askedFor(query: URLSearchParams): Asked | { mistake: string } {
  const [region, tool, kind, subscription] = ["region", "tool", "kind", "subscription"].map(
    (name) => query.get(name) ?? undefined,
  );
  if (region === undefined && (tool ?? kind ?? subscription) !== undefined)
    return { mistake: "tool, kind and subscription are about a region: name one with region" };
  if (tool !== undefined && !isOneOf(TOOLS, tool)) return oneOf("tool", TOOLS);
  if (kind !== undefined && !isOneOf(MACHINE_KINDS, kind)) return oneOf("kind", MACHINE_KINDS);
  if (kind !== undefined && tool === undefined)
    return { mistake: "kind chooses among the texts of one tool: name it with tool" };
  if (subscription !== undefined && !GUID.test(subscription))
    return { mistake: "subscription is the id of the subscription that the machines are to be in" };
  return {
    ...(region === undefined ? {} : { region: regionName(region) }),
    ...(tool === undefined ? {} : { tool }),
    kind: kind ?? "virtualMachine",
    ...(subscription === undefined ? {} : { consumerSubscriptionId: subscription }),
  };
}

const isOneOf = <T extends string>(names: readonly T[], text: string): text is T =>
  (names as readonly string[]).includes(text);
const oneOf = (parameter: string, names: readonly string[]) => ({
  mistake: `${parameter} is one of ${names.join(", ")}`,
});

/** What the version's ended runs have said, the newest first. */
async function words(dependencies: FunctionDependencies, id: string): Promise<RunWord[]> {
  const { documents } = dependencies;
  const told = await Promise.all(
    (await endedRuns(dependencies, id)).map(async ({ runId }): Promise<RunWord[]> => {
      const [outcome, machines] = await Promise.all([
        documents.read<OutcomeDocument>(documentPaths.outcome(id, runId)),
        documents.read<MachinesDocument>(documentPaths.machines(id, runId)),
      ]);
      if (outcome === undefined) return [];
      return [{ outcome, ...(machines === undefined ? {} : { machines }) }];
    }),
  );
  return told.flat();
}

type Usable = Extract<RegionUse, { kind: "usable" }>;

/** Where the commands of a publication, or of one of its regions, are. */
export const consumptionLink = (id: string, region?: string): string =>
  `/api/publications/${id}/consume${region === undefined ? "" : `?region=${region}`}`;

const linksOf = (id: string, region: string) => ({
  self: consumptionLink(id, region),
  ...Object.fromEntries(TOOLS.map((tool) => [tool, `${consumptionLink(id, region)}&tool=${tool}`])),
});

const listed = (id: string, use: RegionUse) =>
  use.kind === "usable"
    ? { region: use.region, inLatest: use.inLatest, links: linksOf(id, use.region) }
    : { region: use.region, reason: use.reason };

function written(id: string, use: Usable, asked: Asked): HttpResponseInit {
  const { tool, kind, consumerSubscriptionId } = asked;
  const { region, image, inLatest } = use;
  const texts: Consumption = consumption({
    image,
    ...(consumerSubscriptionId === undefined ? {} : { consumerSubscriptionId }),
  });
  const note = inLatest ? {} : { note: OUT_OF_LATEST };
  if (tool === undefined)
    return jsonResponse(200, {
      id,
      inLatest,
      ...note,
      image,
      ...texts,
      links: linksOf(id, region),
    });
  const comment = inLatest ? "" : `${COMMENT[tool]} ${OUT_OF_LATEST}\n`;
  return {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
    body: `${comment}${texts[tool][kind]}`,
  };
}

const COMMENT: Readonly<Record<Tool, string>> = { azureCli: "#", powerShell: "#", bicep: "//" };
const OUT_OF_LATEST =
  "The version is out of latest here: who asks for the newest one doesn't get it. It is named below, so this works.";

const notThere = (region: string, uses: readonly RegionUse[]): HttpResponseInit =>
  problemResponse(
    404,
    "No such region",
    uses.length === 0
      ? "no run of the publication has written a region yet"
      : `the publication has no region "${region}", but ${uses.map((use) => use.region).join(", ")}`,
  );

const TITLE: Readonly<Record<Exclude<RegionUse["kind"], "usable">, string>> = {
  notCompleted: "Not completed",
  notRecorded: "Not recorded",
  noCommands: "No commands",
};

function notUsable(id: string, use: Exclude<RegionUse, Usable>): HttpResponseInit {
  const links = { publication: `/api/publications/${id}` };
  const detail = `no machine can be created in ${use.region} from here: ${use.reason}`;
  return problemResponse(409, TITLE[use.kind], detail, { links });
}
