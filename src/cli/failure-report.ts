import type { Failure } from "./api-types";

/** One thing that went wrong, whatever part of the record it stands in. */
interface Finding {
  /** A region, or a place in the request. */
  where: string;
  code: string;
  message: string;
  action: string;
  correlationId?: string;
}

/** A recorded failure for people: what, where, in whose words, what to do, what is left. */
export function renderFailure(failure: Failure): string[] {
  const done = failure.regions.filter((region) => region.kind === "completed");
  return [
    failure.kind === "message"
      ? "The message could not be admitted; it is kept with its reasons:"
      : `The run ended ${failure.state}; the failure is recorded:`,
    "",
    ...findingsOf(failure).flatMap(findingLines),
    ...(done.length === 0
      ? []
      : [`  Completed nevertheless: ${done.map(({ region }) => region).join(", ")}`]),
    ...leftOverLines(failure),
    "",
    `The record: GET /api/failures/${failure.id}`,
  ];
}

/** The same thing may be known of a region and of the run: it is told once. */
function findingsOf(failure: Failure): Finding[] {
  const inRegions = failure.regions.flatMap((ended) =>
    ended.kind === "failed" ? [{ where: whereOf(ended), ...ended.fault }] : [],
  );
  const ofRun =
    failure.fault === undefined ? [] : [{ where: "the run as a whole", ...failure.fault }];
  const ofRequest = failure.problems.map((problem) => ({
    where: problem.region === undefined ? problem.path : `${problem.region} (${problem.path})`,
    ...{ code: problem.code, message: problem.message, action: problem.action },
  }));
  const seen = new Set<string>();
  return [...ofRequest, ...inRegions, ...ofRun].filter(({ code, message }) => {
    const key = `${code} ${message}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

const whereOf = ({ region, attempts }: { region: string; attempts: number }): string =>
  attempts > 1 ? `${region}, after ${attempts} attempts` : region;

function findingLines(finding: Finding): string[] {
  return [
    `  ${finding.where}`,
    `    ${finding.code}: ${finding.message}`,
    `    What to do: ${finding.action}`,
    ...(finding.correlationId === undefined
      ? []
      : [`    For Azure support: correlation id ${finding.correlationId}`]),
    "",
  ];
}

function leftOverLines({ leftOver }: Failure): string[] {
  if (leftOver.length === 0) return ["  Left over in Azure: nothing"];
  return [
    "  Left over in Azure:",
    ...leftOver.flatMap(({ resourceId, what, command }) => [
      `    ${what}: ${resourceId}`,
      `      ${command}`,
    ]),
  ];
}
