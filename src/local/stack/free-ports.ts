import { createServer } from "node:net";
import { randomInt } from "node:crypto";

/**
 * Below where systems hand out ports by themselves (Linux from 32768, macOS and Windows from 49152): a
 * port of theirs that was free a moment ago may be any connection's before its program listens on it.
 */
const LOWEST_PORT = 12_000;
const PORTS_END = 32_000;

/** How many ports may be taken before the search is given up. */
const MAX_TAKEN = 1_000;

/**
 * As many different ports that are free on 127.0.0.1 and that no system gives to a connection.
 * @throws when a thousand ports that were tried are all taken.
 */
export async function findFreePorts(count: number): Promise<number[]> {
  const free = new Set<number>();
  for (let taken = 0; free.size < count;) {
    const port = randomInt(LOWEST_PORT, PORTS_END);
    if (free.has(port)) continue;
    if (await isFree(port)) free.add(port);
    else if (++taken === MAX_TAKEN) throw new Error(`no ${count} free ports on 127.0.0.1`);
  }
  return [...free];
}

/** Whether a program could listen there now; of those that can't, only "taken" is an answer. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
