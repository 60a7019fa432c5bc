import { AnswerCheck } from "./answer-check";
import type { Example } from "./examples";
import { AS_WRITTEN } from "./json-schema";
import { readSpecification } from "./specification";

/** Example answers that break their own definitions, and how. */
const SLIPS: { answer: string; slip: string }[] = [
  {
    answer: "GalleryImageVersion_Create_WithTargetExtendedLocations 200",
    slip: "storageAccountType of an extended location has a value that the enumeration lacks",
  },
];

export interface ExampleAnswers {
  held: number;
  slips: string[];
  failures: string[];
}

/**
 * Holds the specification's own example answers against it, as they are written: whatever the check
 * refuses there, it would refuse of the service. Those of later api-versions are left out.
 */
export function checkExampleAnswers(folder: string, examples: Example[]): ExampleAnswers {
  const check = new AnswerCheck(readSpecification(folder, AS_WRITTEN));
  const result: ExampleAnswers = { held: 0, slips: [], failures: [] };
  for (const { name, operation, answers } of examples.filter(({ later }) => !later))
    for (const [status, body] of answers) {
      const definition = operation.answers[status];
      if (definition === undefined) continue;
      const { failures } = check.against(definition, body);
      const slip = SLIPS.find(({ answer }) => answer === `${name} ${status}`);
      if (failures.length === 0) result.held += 1;
      else if (slip !== undefined) result.slips.push(`${slip.answer}: ${slip.slip}`);
      else result.failures.push(...failures.map((one) => `${name} ${status} ${one}`));
    }
  return result;
}
