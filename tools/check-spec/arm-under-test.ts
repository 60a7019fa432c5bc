import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { generate } from "selfsigned";
import { stringify } from "yaml";
import { startArmServer, type ArmServer } from "../../src/local/arm/arm-server";
import type { Answer } from "./answer-check";

/** An answer with the headers that lead on from it. */
export interface ReceivedAnswer extends Answer {
  operationUrl?: string;
}

let pems: Promise<{ cert: string; private: string }> | undefined;

/** A certificate for 127.0.0.1 that this process trusts: it is its own authority. */
const certificate = () =>
  (pems ??= generate([{ name: "commonName", value: "127.0.0.1" }], {
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  }));

/** A stand-in that begins with a world of its own and is asked through its port. */
export class ArmUnderTest {
  private constructor(
    private readonly server: ArmServer,
    private readonly ca: string,
    private readonly directory: string,
  ) {}

  static async start(world: unknown): Promise<ArmUnderTest> {
    const directory = mkdtempSync(join(tmpdir(), "check-spec-"));
    const worldFile = join(directory, "world.yaml");
    writeFileSync(worldFile, stringify(world));
    const { cert, private: key } = await certificate();
    const began = Date.now();
    const server = await startArmServer(
      { port: 0, controlPort: 0, cert, key, worldFile },
      pino({ level: "silent" }),
      () => began, // time stands still until it is advanced
    );
    return new ArmUnderTest(server, cert, directory);
  }

  /** @param address a path with its query, or a whole URL that the stand-in gave */
  call(method: string, address: string, body?: unknown): Promise<ReceivedAnswer> {
    const url = new URL(address, this.server.url);
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    };
    return new Promise((resolve, reject) => {
      const call = request(url, { method, headers, ca: this.ca, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const received = Buffer.concat(chunks).toString("utf8");
          const operationUrl = response.headers["azure-asyncoperation"];
          resolve({
            method,
            path: url.pathname,
            status: response.statusCode ?? 0,
            ...(received === "" ? {} : { body: JSON.parse(received) as unknown }),
            ...(typeof operationUrl === "string" ? { operationUrl } : {}),
          });
        });
      });
      call.on("error", reject);
      call.end(text);
    });
  }

  /** Lets everything that is going on come to its end. */
  async passTime(seconds: number): Promise<void> {
    await fetch(`${this.server.controlUrl}/clock/advance`, {
      method: "POST",
      body: JSON.stringify({ seconds }),
    });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
