import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArmFixture, PUBLIC_KEY, RECORDED, testCertificates, type ArmSetup } from "./arm-fixture";

const PROGRAM = join(__dirname, "../../../../dist/local/arm.js");

/** What the program prints when it is ready. */
interface Ready {
  url: string;
  port: number;
  controlUrl: string;
}

/**
 * Starts the stand-in as a program of its own, on a state that survives it. `stop` is `kill -9`.
 * Its clock runs at Azure's pace, so that tests let time pass.
 */
export async function startArmProgram(setup: ArmSetup): Promise<ArmFixture> {
  const directory = setup.directory ?? mkdtempSync(join(tmpdir(), "arm-"));
  const { ca, cert, key } = await testCertificates();
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const child = spawn(
    process.execPath,
    [
      ...[PROGRAM, "--world", file("world.yaml", setup.world), "--state", join(directory, "state")],
      ...["--cert", file("leaf.pem", cert), "--key", file("leaf.key", key)],
      ...["--token-key", file("token.pem", PUBLIC_KEY)],
      ...["--request-log", join(directory, "requests.jsonl")],
      ...(RECORDED === undefined ? [] : ["--log-answers"]),
    ],
    { stdio: ["ignore", "pipe", "inherit", "ipc"] },
  );
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const ready = await new Promise<Ready>((done, fail) => {
    child.once("exit", (code) => fail(new Error(`the program ended with ${code}`)));
    child.stdout?.once("data", (line: Buffer) => done(JSON.parse(line.toString()) as Ready));
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  return new ArmFixture({ ...ready, stop }, ca, directory);
}
