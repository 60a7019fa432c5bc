import { DemoError } from "./demo-error";

/** A fault that was given to the stack, and how often it has struck. */
export interface GivenFault {
  key: string;
  fault: Record<string, unknown>;
  struck: number;
}

/** Gives faults to the Resource Manager stand-in, through its control interface. */
export interface FaultControl {
  add(fault: object): Promise<GivenFault>;
  list(): Promise<GivenFault[]>;
  clear(): Promise<void>;
}

/** @throws {DemoError} from each call, with what the stand-in says against it */
export function createFaultControl(controlUrl: string): FaultControl {
  const call = async <T>(method: string, body?: object): Promise<T> => {
    const response = await fetch(`${controlUrl}/faults`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as T & { error?: string };
    if (!response.ok) throw new DemoError(answer.error ?? `HTTP ${response.status}`);
    return answer;
  };
  return {
    add: (fault) => call<GivenFault>("POST", fault),
    list: async () => (await call<{ faults: GivenFault[] }>("GET")).faults,
    clear: () => call("DELETE"),
  };
}

/** What struck, for people. */
export function renderFaults(faults: readonly GivenFault[]): string[] {
  return [
    "Faults:",
    ...faults.flatMap(({ fault, struck }) =>
      Object.entries(fault).map(
        ([kind, settings]) =>
          `  ${kind} struck ${times(struck)}: ${short(JSON.stringify(settings))}`,
      ),
    ),
  ];
}

const LONGEST = 100;
const short = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);
