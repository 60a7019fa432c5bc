import { createHash } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import type { Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { StartError } from "../program";
import { Rights } from "./access/rights";
import { parseArmPath } from "./arm-id";
import type { TokenRules } from "./auth";
import { ServiceClock } from "./clock";
import type { ComputeService } from "./compute-service";
import { controlInterface } from "./control";
import { FaultBook } from "./faults/fault-book";
import { frontDoor } from "./front-door";
import { Operations } from "./operations";
import type { ArmOptions } from "./options";
import { contents } from "./options";
import { RegionBook } from "./region-book";
import { RequestLog } from "./request-log";
import { Router } from "./router";
import { memoryStore, sqliteStore } from "./state-store";
import { Throttle } from "./throttling/throttle";
import { WorldState } from "./world-state";
import { seedWorld } from "./world/seed-world";
import { readWorldFile, type WorldFile } from "./world/world-file";

export interface ArmServer {
  url: string;
  port: number;
  /** Base URL of the control interface. */
  controlUrl: string;
  stop: () => Promise<void>;
}

/** Longer than clients keep idle connections, or a request can meet a connection that just closed. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Starts the stand-in.
 * @param wall milliseconds of the real clock, for tests
 * @throws {StartError} for mistakes in files and options
 */
export async function startArmServer(
  options: ArmOptions,
  log: Logger,
  wall: () => number = Date.now,
): Promise<ArmServer> {
  const worldText = contents("--world", options.worldFile);
  const world = readWorldFile(worldText, options.worldFile);
  const service = openService(options, world, sha256(worldText), log, wall);
  const requests = openRequestLog(options);
  let baseUrl = "";
  const loginUrl = options.loginUrl ?? "https://login.microsoftonline.com";
  const tokenRules = (path: string): TokenRules | undefined => {
    if (options.tokenKey === undefined) return undefined;
    const { subscriptionId = "" } = parseArmPath(path) ?? {};
    const tenantId = service.state.subscriptions.get(subscriptionId.toLowerCase())?.tenantId;
    return {
      publicKey: options.tokenKey,
      audiences: audiencesOf(options, baseUrl),
      authority: `${loginUrl}/${tenantId ?? "organizations"}`,
      tenantId,
    };
  };
  const router = new Router(service);
  const server = createHttpsServer(
    { cert: options.cert, key: options.key, keepAliveTimeout: KEEP_ALIVE_MS },
    frontDoor({ service, router, requests, log, tokenRules, loginUrl }),
  );
  const keepClock = (): void => keepAnchor(service);
  const control = createHttpServer(controlInterface({ service, requests, keepClock }));
  const port = await listen(server, options.port);
  const controlPort = await listen(control, options.controlPort);
  baseUrl = `https://127.0.0.1:${port}`;
  return {
    url: baseUrl,
    port,
    controlUrl: `http://127.0.0.1:${controlPort}`,
    async stop() {
      await Promise.all([close(server), close(control)]);
      service.state.close();
    },
  };
}

/** The service on its state; an empty state begins as the world file says. */
function openService(
  options: ArmOptions,
  world: WorldFile,
  worldHash: string,
  log: Logger,
  wall: () => number,
): ComputeService {
  const { stateDirectory } = options;
  const store = stateDirectory === undefined ? memoryStore : sqliteStore(stateDirectory);
  const state = new WorldState(store);
  const { timing, behaviour, vhds } = world;
  const note = state.notes.get("world");
  const givenSpeed = options.speed ?? timing.speed;
  // A speed that was chosen while it ran outlives the process, but not another one at its start.
  const speed = note?.givenSpeed === givenSpeed ? note.clock.speed : givenSpeed;
  const clock = new ServiceClock(wall, speed, note?.clock);
  const operations = new Operations(state, clock, behaviour);
  const faults = new FaultBook(state.faults);
  const service: ComputeService = {
    state,
    clock,
    operations,
    faults,
    timing,
    behaviour,
    vhds,
    rights: new Rights(world.identities),
    regions: new RegionBook(world.regions),
    policies: world.policies,
    throttle: new Throttle(world.throttling, clock),
  };
  if (note === undefined) seedWorld(service, world);
  else if (note.worldHash !== worldHash)
    log.warn(
      { worldFile: options.worldFile, stateDirectory },
      "the world file has changed since this state began: its clock, behaviour, throttling, identities, regions and policies apply, its resources and faults don't; remove the state directory to begin again",
    );
  const kept = { worldHash: note?.worldHash ?? worldHash, clock: clock.anchor, givenSpeed };
  state.notes.put({ key: "world", ...kept });
  state.flush();
  return service;
}

function keepAnchor({ state, clock }: ComputeService): void {
  const note = state.notes.get("world");
  if (note === undefined) return;
  state.notes.put({ ...note, clock: clock.anchor });
  state.flush();
}

function openRequestLog({ requestLogFile: file, logAnswers }: ArmOptions): RequestLog {
  try {
    return new RequestLog(file, logAnswers);
  } catch (error) {
    throw new StartError(`can't write --request-log ${file ?? ""}: ${(error as Error).message}`);
  }
}

const audiencesOf = ({ audience }: ArmOptions, baseUrl: string): string[] => [
  ...(audience === undefined ? [] : [audience]),
  "https://management.azure.com",
  "https://management.core.windows.net",
  baseUrl,
  baseUrl.replace("127.0.0.1", "localhost"),
];

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve, reject) =>
    server.close((error) => (error === undefined ? resolve() : reject(error))),
  );
  server.closeAllConnections();
  await closed;
}
