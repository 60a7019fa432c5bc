import { parseArgs } from "node:util";
import { required, wholeNumber } from "../stack/command-line";

/** The command line of the identity stand-in. */
export interface IdentityOptions {
  port: number;
  loginPort: number;
  /** PEM files of the login's certificate. */
  certificateFile: string;
  keyFile: string;
  signingKeyFile: string;
  identityHeader: string;
  /** Undefined: the identities of a world that names none. */
  worldFile: string | undefined;
  tokenLifetimeSeconds: number;
  logFile: string | undefined;
}

/** @throws {import("../program").StartError} for a value that can't be used. */
export function readIdentityOptions(args: string[]): IdentityOptions {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: "0" },
      "login-port": { type: "string", default: "0" },
      cert: { type: "string" },
      key: { type: "string" },
      "signing-key": { type: "string" },
      "identity-header": { type: "string" },
      world: { type: "string" },
      "token-lifetime": { type: "string", default: "86400" },
      log: { type: "string" },
    },
  });
  return {
    port: wholeNumber(values.port, "--port", 0, 65535),
    loginPort: wholeNumber(values["login-port"], "--login-port", 0, 65535),
    certificateFile: required(values.cert, "--cert"),
    keyFile: required(values.key, "--key"),
    signingKeyFile: required(values["signing-key"], "--signing-key"),
    identityHeader: required(values["identity-header"], "--identity-header"),
    worldFile: values.world,
    tokenLifetimeSeconds: wholeNumber(values["token-lifetime"], "--token-lifetime", 1, 86400),
    logFile: values.log,
  };
}
