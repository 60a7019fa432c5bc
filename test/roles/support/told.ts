import type { Fault } from "../../../src/domain/fault";
import type {
  PlanDocument,
  FailureDocument,
  OutcomeDocument,
} from "../../../src/domain/run/records";
import type { Stage } from "../../matrix/stage/stage";

/** How a scenario has ended. */
export interface Told {
  /** For the table: state and codes. */
  outcome: string;
  /** Everything that was said, which has to name a missing action. */
  words: string;
}

const uniq = (texts: readonly string[]): string => [...new Set(texts)].sort().join(", ");

/** A region that isn't verified says in its message what Azure said. */
function codeOf({ code, message }: Fault): string {
  const [, azureSays] = /: ([A-Z]\w+): /.exec(message) ?? [];
  return code === "VerificationFailed" && azureSays !== undefined ? `${code} (${azureSays})` : code;
}

/** How a run ended, and all that people are told about it. */
export function toldOf(stage: Stage, state: string): Told {
  const documents = [...stage.world.documents];
  const find = <T>(end: RegExp): T | undefined =>
    documents.find(([path]) => end.test(path))?.[1] as T | undefined;
  const failure = find<FailureDocument>(/^failures\//);
  const outcome = find<OutcomeDocument>(/\/outcome\.json$/);
  const plan = find<PlanDocument>(/\/plan\.json$/)?.plan;
  const { problems = [], fault, undone = [] } = failure ?? {};
  const leftOver = failure?.leftOver ?? outcome?.leftOver ?? [];
  const failed = (outcome?.regions ?? []).flatMap((one) =>
    one.kind === "failed" ? [codeOf(one.fault)] : [],
  );
  const codes = uniq([
    ...problems.map(({ code }) => code),
    ...(fault === undefined ? [] : [fault.code]),
    ...failed,
    ...undone.flatMap((step) =>
      "fault" in step ? [`${step.step.activity} ${step.fault.code}`] : [],
    ),
  ]);
  const remarks = uniq((plan?.remarks ?? []).map(({ code }) => code));
  return {
    outcome: [
      codes === "" ? state : `${state}: ${codes}`,
      ...(remarks === "" ? [] : [`told: ${remarks}`]),
      ...(leftOver.length === 0 ? [] : [`${leftOver.length} left over`]),
    ].join("; "),
    words: JSON.stringify([failure, outcome, plan, leftOver]),
  };
}
