import { runProgram } from "../program";
import { readCommandLine } from "../stack/command-line";
import { startHost } from "./host";
import { readHostOptions } from "./options";

const options = readCommandLine("functions-host", readHostOptions);

void runProgram({
  name: "functions-host",
  logFile: options.logFile,
  start: (log) => startHost(options, log),
});
