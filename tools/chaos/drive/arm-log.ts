import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { ArmCall } from "../evidence";
import { isAcceptedWrite } from "../invariants/writes-of-versions";

/** Reads the whole log; a line that a kill has torn is left out. */
export const readLog = (file: string): ArmCall[] =>
  readFileSync(file, "utf8").split("\n").flatMap(callOf);

/** What is written to the log, as it is written. */
export class LogTail {
  /** Accepted writes of versions by the app. */
  writes = 0;
  /** Paths of versions, in lower case, to which a PUT was accepted. */
  readonly putTo = new Set<string>();
  readonly #file: number;
  #position = 0;
  #rest = Buffer.alloc(0);

  constructor(file: string) {
    this.#file = openSync(file, "r");
  }

  /** Takes what has come since the last time. */
  read(): void {
    const chunk = Buffer.alloc(1 << 20);
    for (;;) {
      const bytes = readSync(this.#file, chunk, 0, chunk.length, this.#position);
      if (bytes === 0) return;
      this.#position += bytes;
      this.#take(chunk.subarray(0, bytes));
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #take(chunk: Buffer): void {
    const whole = Buffer.concat([this.#rest, chunk]);
    const end = whole.lastIndexOf("\n") + 1;
    this.#rest = whole.subarray(end);
    for (const call of whole.subarray(0, end).toString("utf8").split("\n").flatMap(callOf)) {
      if (!isAcceptedWrite(call)) continue;
      this.writes++;
      if (call.method === "PUT") this.putTo.add(call.path.toLowerCase());
    }
  }
}

function callOf(line: string): ArmCall[] {
  if (line === "") return [];
  try {
    return [JSON.parse(line) as ArmCall];
  } catch {
    return [];
  }
}
