import { mkdirSync } from "node:fs";
import { requireFreePort, runProgram } from "../program";
import { readCommandLine } from "../stack/command-line";
import { findFreePorts } from "../stack/free-ports";
import { startAzurite, type AzuriteOptions } from "./azurite-process";
import { readStorageOptions } from "./options";

/** The account that Azurite has from the start, documented for all to use. */
const ACCOUNT = "devstoreaccount1";

const options = readCommandLine("storage", readStorageOptions);
let stopping = false;

void runProgram({
  name: "storage",
  logFile: options.logFile,
  async start(log) {
    const ports = await choosePorts();
    mkdirSync(options.dataDirectory, { recursive: true });
    const azurite = await startAzurite({ ...options, ...ports });
    log.info({ ...ports, azurite: azurite.pid }, "Azurite listens");
    void azurite.ended.then((reason) => {
      if (stopping) return;
      // Whoever supervises this program starts both again; alone it would only pretend to be there.
      process.stderr.write(`storage: Azurite ended unexpectedly (${reason})\n`);
      process.exit(1);
    });
    const endpoint = (port: number): string => `https://127.0.0.1:${port}/${ACCOUNT}`;
    return {
      facts: {
        blobEndpoint: endpoint(ports.blobPort),
        queueEndpoint: endpoint(ports.queuePort),
        tableEndpoint: endpoint(ports.tablePort),
        azuritePid: azurite.pid,
      },
      stop: () => {
        stopping = true;
        return azurite.stop();
      },
    };
  },
});

async function choosePorts(): Promise<
  Pick<AzuriteOptions, "blobPort" | "queuePort" | "tablePort">
> {
  await requireFreePort(options.blobPort, "--blob-port");
  await requireFreePort(options.queuePort, "--queue-port");
  await requireFreePort(options.tablePort, "--table-port");
  const { blobPort, queuePort, tablePort } = options;
  // The stack names all three; nothing is to be searched then.
  const free = [blobPort, queuePort, tablePort].includes(0) ? await findFreePorts(3) : [];
  return {
    blobPort: blobPort || (free[0] ?? 0),
    queuePort: queuePort || (free[1] ?? 0),
    tablePort: tablePort || (free[2] ?? 0),
  };
}
