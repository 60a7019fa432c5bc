import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { StartError } from "../program";
import { MAX_SPEED } from "./world/settings";

/** The command line, checked. */
export interface ArmOptions {
  port: number;
  controlPort: number;
  cert: string;
  key: string;
  worldFile: string;
  stateDirectory?: string;
  /** PEM; undefined with `--no-auth`. */
  tokenKey?: string;
  audience?: string;
  /** Without a slash at its end. */
  loginUrl?: string;
  speed?: number;
  logFile?: string;
  requestLogFile?: string;
  /** Whether the request log holds the bodies of answers too. */
  logAnswers?: boolean;
}

export const USAGE = `usage: arm --cert FILE --key FILE --world FILE (--token-key FILE | --no-auth)
  --port N           port of the HTTPS endpoint; 0 or absent: any free one
  --control-port N   port of the control interface (plain HTTP, loopback); 0 or absent: any free one
  --cert, --key      PEM of a certificate for 127.0.0.1 and localhost, and of its key
  --world FILE       what exists at the beginning (YAML, see samples/world.yaml)
  --state DIR        keep the world here, so that it survives a restart; absent: in memory
  --token-key FILE   PEM of the public key that signs bearer tokens (RS256)
  --no-auth          ask for no token
  --audience URL     audience that tokens may be for, beside this endpoint and management.azure.com
  --login-url URL    where tokens come from, as a 401 and /metadata/endpoints say;
                     absent: https://login.microsoftonline.com
  --speed N          seconds of the service per second; absent: clock.speed of the world
  --log FILE         the program's log, JSON lines; absent: warnings on stderr
  --request-log FILE every call, JSON lines
  --log-answers      keep the bodies of answers in that file too`;

/** @throws {StartError} for people, with everything that is missing */
export function readOptions(args: string[]): ArmOptions {
  const values = parsed(args);
  const { cert, key, world } = values;
  const tokenKey = values["token-key"];
  const loginUrl = values["login-url"];
  const missing = Object.entries({ "--cert": cert, "--key": key, "--world": world })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
  const needsKey = tokenKey === undefined && values["no-auth"] !== true;
  if (needsKey) missing.push("--token-key (or --no-auth)");
  if (cert === undefined || key === undefined || world === undefined || needsKey)
    throw new StartError(`missing: ${missing.join(", ")}\n${USAGE}`);
  return {
    port: portOf("--port", values.port),
    controlPort: portOf("--control-port", values["control-port"]),
    cert: contents("--cert", cert),
    key: contents("--key", key),
    worldFile: world,
    ...(values.state === undefined ? {} : { stateDirectory: values.state }),
    ...(tokenKey === undefined ? {} : { tokenKey: contents("--token-key", tokenKey) }),
    ...(values.audience === undefined ? {} : { audience: values.audience }),
    ...(loginUrl === undefined ? {} : { loginUrl: loginUrl.replace(/\/+$/, "") }),
    ...(values.speed === undefined ? {} : { speed: speedOf(values.speed) }),
    ...(values.log === undefined ? {} : { logFile: values.log }),
    ...(values["request-log"] === undefined ? {} : { requestLogFile: values["request-log"] }),
    ...(values["log-answers"] === true ? { logAnswers: true } : {}),
  };
}

function parsed(args: string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args,
      options: {
        port: text,
        "control-port": text,
        cert: text,
        key: text,
        world: text,
        state: text,
        "token-key": text,
        "no-auth": { type: "boolean" },
        audience: text,
        "login-url": text,
        speed: text,
        log: text,
        "request-log": text,
        "log-answers": { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n${USAGE}`);
  }
}

function portOf(option: string, text = "0"): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StartError(`${option} must be a port number, not "${text}"`);
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (speed > 0 && speed <= MAX_SPEED) return speed;
  throw new StartError(
    `--speed must be a number greater than 0, at most ${MAX_SPEED}, not "${text}"`,
  );
}

/** @throws {StartError} when the file can't be read */
export function contents(option: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new StartError(`can't read ${option} ${file}: ${(error as Error).message}`);
  }
}
