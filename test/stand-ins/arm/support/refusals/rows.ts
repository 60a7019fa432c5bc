import type { Bench, Observation } from "./bench";

type Attempt = (bench: Bench) => Promise<Observation>;

/** A case of the error table: what is refused, beside what differs in that one fact and is taken. */
export interface Row {
  /** Its number in the project's table of Azure's errors; absent for further documented refusals. */
  row?: number;
  title: string;
  refused: Attempt;
  accepted: Attempt;
  /** What the service says: at the PUT with 400 InvalidParameter, unless said otherwise. */
  answer: Partial<Omit<Observation, "message">> & { message: string };
}
