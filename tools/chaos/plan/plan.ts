import { Random } from "../../fuzz-admission/random";
import { FAULT_KINDS, faultsOf, isAlone, neededRegion, type PlannedFault } from "./faults";
import { planKills, type Kill } from "./kills";
import { mayMissFaults, SCENARIOS, type Step } from "./scenarios";
import { OTHER_REGIONS, REGION_WITH_VAULT, SOURCE_REGION } from "./world";

/** One publication, with everything that is done to it. */
export interface Scenario {
  kind: string;
  version: string;
  /** Pause before its first step. */
  startMs: number;
  faults: PlannedFault[];
  steps: Step[];
}

/** What is sent, which faults and kills there are: it follows from the seed alone. */
export interface ChaosPlan {
  seed: number;
  scenarios: Scenario[];
  kills: Kill[];
}

const LONGEST_START_PAUSE_MS = 500;
/** Of so many publications one has a second kind of fault. */
const SECOND_FAULT_EVERY = 3;
/** Whose answer is waited for when the host is killed. */
const LATE_PUT = "slow answer";

/** Plans so many publications: each kind of scenario and of fault comes as often as the others. */
export function planChaos(seed: number, runs: number): ChaosPlan {
  const random = new Random(seed);
  const scenarioKinds = endless(random, Object.keys(SCENARIOS));
  const faultKinds = endless(random, Object.keys(FAULT_KINDS));
  const light = Object.keys(FAULT_KINDS).filter((kind) => !isAlone(kind));
  const scenarios = Array.from({ length: runs }, (_, index): Scenario => {
    const kind = scenarioKinds();
    const kinds = mayMissFaults(kind)
      ? [random.pick(light)]
      : withSecond(faultKinds(), light, random);
    return planScenario(random, { kind, version: `1.0.${index}`, faultKinds: kinds });
  });
  const late = scenarios.filter(({ faults }) => faults.some((one) => one.kind === LATE_PUT));
  const kills = planKills(
    random,
    runs,
    late.map(({ version }) => version),
  );
  return { seed, scenarios, kills };
}

function withSecond(first: string, light: readonly string[], random: Random): string[] {
  const second = random.pick(light);
  const isDue = random.int(1, SECOND_FAULT_EVERY) === 1;
  return isDue && !isAlone(first) && second !== first ? [first, second] : [first];
}

function planScenario(
  random: Random,
  { kind, version, faultKinds }: { kind: string; version: string; faultKinds: string[] },
): Scenario {
  const needed = faultKinds.flatMap((one) => neededRegion(one) ?? []);
  // Keys are only taken away where they lie in a vault; nothing else strikes there.
  const [region = "", ...rest] = shuffled(
    random,
    OTHER_REGIONS.filter((name) => name !== REGION_WITH_VAULT),
  );
  const [spare = "", ...more] = rest;
  const others = shuffled(random, [...more, REGION_WITH_VAULT]).slice(
    0,
    random.int(0, more.length),
  );
  const regions = [...new Set([SOURCE_REGION, region, ...needed, ...others])];
  const makeSteps = SCENARIOS[kind];
  if (makeSteps === undefined) throw new Error(`there is no scenario "${kind}"`);
  return {
    ...{ kind, version },
    startMs: random.int(0, LONGEST_START_PAUSE_MS),
    faults: faultKinds.flatMap((one) => faultsOf(one, { version, region, spare }, random)),
    steps: makeSteps({ version, regions, region, random }),
  };
}

/** All of them in one order, then all in another, and so on. */
function endless(random: Random, from: readonly string[]): () => string {
  let left: string[] = [];
  return () => {
    if (left.length === 0) left = shuffled(random, from);
    return left.pop() ?? "";
  };
}

function shuffled<T>(random: Random, from: readonly T[]): T[] {
  const left = [...from];
  return from.map(() => left.splice(random.int(0, left.length - 1), 1)[0] as T);
}
