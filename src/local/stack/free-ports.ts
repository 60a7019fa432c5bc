import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/**
 * Below where systems hand out ports by themselves (Linux from 32768, macOS and Windows from 49152): a
 * port of theirs that was free a moment ago may be any connection's before its program listens on it.
 */
const LOWEST_PORT = 12_000;
const PORTS_END = 32_000;

/** Ports are taken as blocks: the first one is the lock, the others are for programs. */
const BLOCK = 16;

/** How many blocks may be taken before the search is given up. */
const MAX_TAKEN = 200;

/** The locks of this process: held, and with that the blocks are its own, until it ends in any way. */
const locks: Server[] = [];

/**
 * As many different ports (at most 15) that are free on 127.0.0.1, that no system gives to a connection,
 * and that no other caller of this function, in whichever process, gets or tries as long as this process
 * lives: a program that starts seconds later, or again after its death, still finds them free.
 * @throws when two hundred blocks that were tried are all taken.
 */
export async function findFreePorts(count: number): Promise<number[]> {
  if (count >= BLOCK) throw new RangeError(`at most ${BLOCK - 1} ports at a time`);
  for (let taken = 0; taken < MAX_TAKEN; taken++) {
    const first = LOWEST_PORT + BLOCK * randomInt((PORTS_END - LOWEST_PORT) / BLOCK);
    const lock = await listen(first);
    if (lock === undefined) continue;
    const ports = Array.from({ length: count }, (_, index) => first + 1 + index);
    if (await areFree(ports)) {
      locks.push(lock.unref());
      return ports;
    }
    await close(lock);
  }
  throw new Error(`no ${count} free ports on 127.0.0.1`);
}

async function areFree(ports: number[]): Promise<boolean> {
  for (const port of ports) {
    const probe = await listen(port);
    if (probe === undefined) return false;
    await close(probe);
  }
  return true;
}

/** A server there, or nothing where a program couldn't listen now; of the errors, only "taken" is an answer. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(undefined);
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
