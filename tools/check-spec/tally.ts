import type { Answer, AnswerCheck } from "./answer-check";

/** Counts and failures of many answers. */
export class Tally {
  /** Right and wrong answers by definition. */
  readonly definitions = new Map<string, { right: number; wrong: number }>();
  /** Answers of which the specification says nothing, by the type that their path names. */
  readonly unspecified = new Map<string, number>();
  /** How often each exception was needed. */
  readonly exceptions = new Map<string, number>();
  readonly failures: string[] = [];

  constructor(private readonly answerCheck: AnswerCheck) {}

  /** @param where shown with what is wrong */
  add(answer: Answer, where: string): void {
    const { definition, failures, exceptions } = this.answerCheck.check(answer);
    if (definition === undefined) {
      count(this.unspecified, typeIn(answer.path));
      return;
    }
    const counts = this.definitions.get(definition) ?? { right: 0, wrong: 0 };
    counts[failures.length === 0 ? "right" : "wrong"] += 1;
    this.definitions.set(definition, counts);
    for (const exception of exceptions) count(this.exceptions, exception);
    for (const failure of failures)
      this.failures.push(`${answer.method} ${answer.path} ${answer.status} (${where}): ${failure}`);
  }

  get answers(): number {
    return [...this.definitions.values()].reduce((sum, { right, wrong }) => sum + right + wrong, 0);
  }
}

const count = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** What a path is about, for people: `microsoft.compute/images`, `subscriptions/resourcegroups`. */
function typeIn(path: string): string {
  const [before = "", ...providers] = path.toLowerCase().split("/providers/");
  const provider = providers.at(-1);
  if (provider === undefined) return everySecond(before.slice(1), 0).join("/");
  const [namespace = ""] = provider.split("/");
  return [namespace, ...everySecond(provider, 1)].join("/");
}

const everySecond = (path: string, first: 0 | 1): string[] =>
  path.split("/").filter((_, index) => index % 2 === first);
