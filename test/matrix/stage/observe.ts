import type { Fault } from "../../../src/domain/fault";
import type { FailureDocument, OutcomeDocument } from "../../../src/domain/run/records";
import type { Undone } from "../../../src/domain/rollout/undo";
import type { RegionOutcome } from "../../../src/domain/run/outcome";
import type { End } from "../model";
import type { Stage, Version } from "./stage";
import { idOf, REPLICAS, versionPath } from "./world";

const told = ({ code, advice }: Fault): string => `${code} ${advice}`;

const outcome = (region: RegionOutcome): string =>
  region.kind === "failed" ? `failed ${told(region.fault)}` : region.kind;

/** Regions are answered by their display names. */
export const shortName = (name: string): string => name.replaceAll(" ", "").toLowerCase();

/**
 * How a cell has ended, in the form of what is expected of it.
 * @param words of each left-over the first words, which tell what it is
 */
export async function observe(stage: Stage, state: string, words: string[]): Promise<End> {
  const documents = [...stage.world.documents];
  const failures = documents.filter(([path]) => path.startsWith("failures/"));
  if (failures.length !== (state === "published" ? 0 : 1))
    throw new Error(`${failures.length} failures are recorded of a run that is ${state}`);
  const failure = failures[0]?.[1] as FailureDocument | undefined;
  const ended = documents.find(([path]) => path.endsWith("/outcome.json"))?.[1] as
    OutcomeDocument | undefined;
  const { fault, problems = [], undone = [], leftOver = [] } = failure ?? {};
  const version = (await stage.versions()).find(isThe);
  return {
    state: state as End["state"],
    ...(fault === undefined ? {} : { why: { code: fault.code, advice: fault.advice } }),
    ...(problems.length === 0 ? {} : { problems: [...new Set(problems.map(({ code }) => code))] }),
    regions: Object.fromEntries((ended?.regions ?? []).map((one) => [one.region, outcome(one)])),
    ...(undone.length === 0 ? {} : { undone: undone.map(step) }),
    leftOver: leftOver.map(({ what }) => words.find((own) => what.startsWith(own)) ?? what),
    azure: version === undefined ? "none" : inAzure(version),
    puts: stage.sent("PUT").filter((call) => stage.isTaken(call)).length,
    ...(version?.properties.safetyProfile.allowDeletionOfReplicatedLocations === true
      ? { flagOpen: true }
      : {}),
  };
}

const step = (done: Undone): string =>
  [done.step.activity, done.result, ...("fault" in done ? [told(done.fault)] : [])].join(" ");

const isThe = ({ id }: Version): boolean => id.toLowerCase() === versionPath().toLowerCase();

function inAzure({ properties }: Version): End["azure"] {
  const { publishingProfile, replicationStatus, storageProfile } = properties;
  const states = new Map(replicationStatus.summary.map(({ region, state }) => [region, state]));
  const { targetRegions, excludeFromLatest } = publishingProfile;
  const names = targetRegions.map(({ name }) => shortName(name));
  const scaled = targetRegions
    .map(({ name, regionalReplicaCount }) => [shortName(name), regionalReplicaCount] as const)
    .filter(([name, count]) => count !== REPLICAS[name]);
  return {
    regions: Object.fromEntries(names.map((name) => [name, states.get(name) ?? "missing"])),
    ...(scaled.length === 0 ? {} : { replicas: Object.fromEntries(scaled) }),
    outOfLatest: [
      ...(excludeFromLatest ? ["version"] : []),
      ...targetRegions.flatMap((one) => (one.excludeFromLatest ? [shortName(one.name)] : [])),
    ],
    ...(storageProfile.source?.id?.toLowerCase() === idOf("images", "myImage").toLowerCase()
      ? {}
      : { theirs: true }),
  };
}
