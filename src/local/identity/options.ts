import { parseArgs } from "node:util";
import { required, wholeNumber } from "../stack/command-line";
import type { IdentityFacts } from "./token-issuer";

/** The command line of the identity stand-in. */
export interface IdentityOptions {
  port: number;
  signingKeyFile: string;
  identityHeader: string;
  identity: IdentityFacts;
  tokenLifetimeSeconds: number;
  logFile: string | undefined;
}

/** @throws {import("../program").StartError} for a value that can't be used. */
export function readIdentityOptions(args: string[]): IdentityOptions {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: "0" },
      "signing-key": { type: "string" },
      "identity-header": { type: "string" },
      tenant: { type: "string", default: "11111111-1111-1111-1111-111111111111" },
      "principal-id": { type: "string", default: "22222222-2222-2222-2222-222222222222" },
      "client-id": { type: "string", default: "33333333-3333-3333-3333-333333333333" },
      "token-lifetime": { type: "string", default: "86400" },
      log: { type: "string" },
    },
  });
  return {
    port: wholeNumber(values.port, "--port", 0, 65535),
    signingKeyFile: required(values["signing-key"], "--signing-key"),
    identityHeader: required(values["identity-header"], "--identity-header"),
    identity: {
      tenantId: values.tenant,
      principalId: values["principal-id"],
      clientId: values["client-id"],
    },
    tokenLifetimeSeconds: wholeNumber(values["token-lifetime"], "--token-lifetime", 1, 86400),
    logFile: values.log,
  };
}
