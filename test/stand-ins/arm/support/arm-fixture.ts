import { generateKeyPairSync } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { ComputeManagementClient } from "@azure/arm-compute";
import { sign, type SignOptions } from "jsonwebtoken";
import { pino } from "pino";
import { startArmServer, type ArmServer } from "../../../../src/local/arm/arm-server";
import { certificates } from "./certificates";
import { SUBSCRIPTION } from "./worlds";

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
export const PUBLIC_KEY = keys.publicKey;
/** The function app of a world that names no identities: it may do everything. */
export const CALLER = {
  oid: "22222222-2222-2222-2222-222222222222",
  appid: "33333333-3333-3333-3333-333333333333",
  tid: "11111111-1111-1111-1111-111111111111",
};

/**
 * A directory that every call and answer of these tests is kept in, one file per fixture: what
 * `npm run check:spec` compares with the REST specification.
 */
export const RECORDED = process.env["RECORD_ARM_ANSWERS"];

/** How the request log names it. */
export const LOGGED_CALLER = { oid: CALLER.oid, appid: CALLER.appid, tenantId: CALLER.tid };

/** A token that the stand-in takes, unless the options spoil it. */
export const token = (
  options: SignOptions = {},
  privateKey = keys.privateKey,
  caller = CALLER,
): string =>
  sign(caller, privateKey, {
    algorithm: "RS256",
    audience: "https://management.azure.com/",
    expiresIn: "1h",
    ...options,
  });

/** A token that is good in all but that it says no end. */
export const endless = (): string =>
  sign(CALLER, keys.privateKey, { algorithm: "RS256", audience: "https://management.azure.com/" });

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  // Tests assert on what they read.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

let pems: Promise<Awaited<ReturnType<typeof certificates>>> | undefined;
/** One CA per test file. */
export const testCertificates = () => (pems ??= certificates());

/** A running stand-in, and clients of it. */
export class ArmFixture {
  readonly #agent: Agent;

  constructor(
    readonly server: ArmServer,
    readonly ca: string,
    readonly directory: string,
  ) {
    this.#agent = new Agent({ ca, keepAlive: true });
  }

  /** The real SDK, polling as fast as it can, without repeats of its own. */
  client(subscription = SUBSCRIPTION, caller = CALLER): ComputeManagementClient {
    const credential = {
      getToken: async () => ({
        token: token({}, keys.privateKey, caller),
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    };
    return new ComputeManagementClient(credential, subscription, {
      endpoint: this.server.url,
      tlsOptions: { ca: this.ca },
      retryOptions: { maxRetries: 0 },
    });
  }

  /** One call as it is on the wire. `path` gets an api-version unless it has a query. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { authorization: `Bearer ${token()}` },
  ): Promise<Answer> {
    const address = path.includes("?") ? path : `${path}?api-version=2025-03-03`;
    const url = address.startsWith("https:") ? address : `${this.server.url}${address}`;
    const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
    const sent = body === undefined ? "" : text;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        url,
        {
          method,
          agent: this.#agent,
          headers: {
            ...headers,
            "content-type": "application/json",
            "content-length": Buffer.byteLength(sent),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const received = Buffer.concat(chunks).toString("utf8");
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: received === "" ? undefined : JSON.parse(received),
            });
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(sent);
    });
  }

  /** A call of the control interface. */
  async control(method: string, path: string, body?: unknown): Promise<Answer["body"]> {
    const response = await fetch(`${this.server.controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return await response.json();
  }

  /** Lets the service's time pass. */
  async pass(seconds: number): Promise<void> {
    await this.control("POST", "/clock/advance", { seconds });
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.server.stop();
    if (RECORDED !== undefined)
      copyFileSync(
        join(this.directory, "requests.jsonl"),
        join(RECORDED, `${basename(this.directory)}.jsonl`),
      );
  }
}

export interface ArmSetup {
  world: string;
  /** Continue in the directory of an earlier fixture. */
  directory?: string;
  /** Milliseconds of the clock; stands still unless given, so that tests let time pass. */
  wall?: () => number;
  speed?: number;
  /** Nothing is kept beyond the fixture, not even for a restart. */
  inMemory?: boolean;
}

/** Starts the stand-in in this process. Its clock stands still: `pass` moves it. */
export async function startArm(setup: ArmSetup): Promise<ArmFixture> {
  const directory = setup.directory ?? mkdtempSync(join(tmpdir(), "arm-"));
  const worldFile = join(directory, "world.yaml");
  writeFileSync(worldFile, setup.world);
  const { ca, cert, key } = await testCertificates();
  const begin = Date.now();
  const server = await startArmServer(
    {
      port: 0,
      controlPort: 0,
      cert,
      key,
      worldFile,
      tokenKey: PUBLIC_KEY,
      ...(setup.inMemory === true ? {} : { stateDirectory: join(directory, "state") }),
      requestLogFile: join(directory, "requests.jsonl"),
      logAnswers: RECORDED !== undefined,
      ...(setup.speed === undefined ? {} : { speed: setup.speed }),
    },
    pino({ level: "silent" }),
    setup.wall ?? (() => begin),
  );
  return new ArmFixture(server, ca, directory);
}

/** Removes what a fixture kept. */
export const discard = (fixture: ArmFixture): void =>
  rmSync(fixture.directory, { recursive: true, force: true });
