import { requireFreePort, runProgram, StartError } from "../program";
import { startArmServer } from "./arm-server";
import { readOptions, type ArmOptions } from "./options";

void main();

async function main(): Promise<void> {
  const options = commandLine();
  await runProgram({
    name: "arm",
    logFile: options.logFile,
    async start(log) {
      await requireFreePort(options.port, "--port");
      await requireFreePort(options.controlPort, "--control-port");
      const { url, port, controlUrl, stop } = await startArmServer(options, log);
      return { facts: { url, port, controlUrl }, stop };
    },
  });
}

function commandLine(): ArmOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`arm: ${error.message}\n`);
    process.exit(2);
  }
}
