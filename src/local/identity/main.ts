import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { DEFAULT_IDENTITIES } from "../arm/world/identity-schema";
import { readWorldFile } from "../arm/world/world-file";
import { requireFreePort, runProgram, StartError } from "../program";
import { readCommandLine } from "../stack/command-line";
import { createLogin } from "./login";
import { createManagedIdentity } from "./managed-identity";
import { readIdentityOptions } from "./options";
import { createTokenIssuer, type IdentityFacts } from "./token-issuer";

/** The tenant of a program that is started without a world. */
const TENANT = "11111111-1111-1111-1111-111111111111";

const options = readCommandLine("identity", readIdentityOptions);

void runProgram({
  name: "identity",
  logFile: options.logFile,
  async start(log) {
    await requireFreePort(options.port, "--port");
    await requireFreePort(options.loginPort, "--login-port");
    const identities = identitiesOf(options.worldFile);
    const issuer = createTokenIssuer(options.signingKeyFile, options.tokenLifetimeSeconds);
    const { identityHeader } = options;
    const managed = createAdaptorServer({
      fetch: createManagedIdentity({ identityHeader, identities, issuer, log }).fetch,
    });
    const login = createAdaptorServer({
      fetch: createLogin({ identities, issuer, log }).fetch,
      createServer,
      serverOptions: { cert: text(options.certificateFile), key: text(options.keyFile) },
    });
    const port = await listen(managed, options.port);
    const loginPort = await listen(login, options.loginPort);
    return {
      facts: {
        endpoint: `http://127.0.0.1:${port}/msi/token`,
        identityHeader,
        appClientId: appClientId(identities),
        loginUrl: `https://127.0.0.1:${loginPort}`,
        ...clientFacts(identities),
      },
      stop: async () => void (await Promise.all([close(managed), close(login)])),
    };
  },
});

function identitiesOf(worldFile: string | undefined): IdentityFacts[] {
  return worldFile === undefined
    ? DEFAULT_IDENTITIES.map((entry) => ({ ...entry, tenantId: TENANT }))
    : readWorldFile(text(worldFile), worldFile).identities;
}

/** Client id of the function app's identity; empty where nobody has a managed one. */
function appClientId(identities: IdentityFacts[]): string {
  const managed = identities.filter(({ managedIdentity }) => managedIdentity !== undefined);
  const own = managed.find(({ managedIdentity }) => managedIdentity === "systemAssigned");
  return (own ?? managed[0])?.appId ?? "";
}

/** With what a foreign client can log in: the first identity that has a secret; empty for none. */
function clientFacts(identities: IdentityFacts[]): Record<string, string> {
  const client = identities.find(({ secret }) => secret !== undefined);
  return {
    tenantId: client?.tenantId ?? "",
    clientId: client?.appId ?? "",
    clientSecret: client?.secret ?? "",
  };
}

function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new StartError(`can't read ${file}: ${(error as Error).message}`);
  }
}

function listen(server: ServerType, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Clients keep their connections open; without this, close would wait for them.
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
}
