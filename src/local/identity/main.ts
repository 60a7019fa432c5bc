import type { AddressInfo } from "node:net";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { requireFreePort, runProgram } from "../program";
import { readCommandLine } from "../stack/command-line";
import { readIdentityOptions } from "./options";
import { createTokenEndpoint } from "./token-endpoint";
import { createTokenIssuer } from "./token-issuer";

const options = readCommandLine("identity", readIdentityOptions);

void runProgram({
  name: "identity",
  logFile: options.logFile,
  async start(log) {
    await requireFreePort(options.port, "--port");
    const app = createTokenEndpoint({
      identityHeader: options.identityHeader,
      identity: options.identity,
      issue: createTokenIssuer(
        options.signingKeyFile,
        options.identity,
        options.tokenLifetimeSeconds,
      ),
      log,
    });
    const server = createAdaptorServer({ fetch: app.fetch });
    const port = await listen(server, options.port);
    return {
      facts: { endpoint: `http://127.0.0.1:${port}/msi/token` },
      stop: () => close(server),
    };
  },
});

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
