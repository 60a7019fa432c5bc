import { parseArgs } from "node:util";
import { StartError } from "../../program";
import { isParseArgsError } from "../command-line";
import { clock } from "./clock";
import type { Command } from "./command";
import { ControlError, EXIT, mistake } from "./failure";
import { faults } from "./faults";
import { findStack } from "./find-stack";
import { kill, restart, stop } from "./parts";
import { requests } from "./requests";
import { schedules } from "./schedules";
import { status } from "./status";

const COMMANDS: Record<string, Command> = {
  status,
  stop,
  restart,
  kill,
  faults,
  clock,
  requests,
  schedules,
};

const USAGE = [
  "usage: npm run stack -- [--state DIR] [--json] COMMAND",
  ...Object.values(COMMANDS).flatMap(({ usage, about }) => [`  ${usage}`, `      ${about}`]),
  "  --state DIR   the state directory of the stack that is meant (default .local)",
  "  --json        print one JSON document",
  "exit codes: 0 done, 1 not done or a part is down, 2 wrong command line, 3 no stack runs there",
].join("\n");

// Whoever read the output may be gone (`| head`).
process.stdout.on("error", () => undefined);
main(process.argv.slice(2)).then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => (process.exitCode = complain(error)),
);

async function main(args: string[]): Promise<number> {
  const { directory, json, help, rest } = split(args);
  const [name, ...own] = rest;
  if (help || name === "help") return print([USAGE]);
  if (name === undefined) throw mistake(`name a command\n${USAGE}`);
  const command = COMMANDS[name];
  if (command === undefined) throw mistake(`there is no command "${name}"\n${USAGE}`);
  const result = await command.run(findStack(directory), own);
  print(json ? [JSON.stringify(result.json, null, 2)] : result.lines);
  return result.exitCode ?? EXIT.ok;
}

/** Our own options may stand anywhere; the others are the command's. */
function split(args: string[]) {
  const { values, tokens } = parseArgs({
    args,
    options: {
      state: { type: "string", default: ".local" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
    strict: false,
    tokens: true,
  });
  const own = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== "option" || !["state", "json", "help"].includes(token.name)) continue;
    own.add(token.index);
    if (token.value !== undefined && token.inlineValue === false) own.add(token.index + 1);
  }
  if (typeof values.state !== "string") throw mistake("--state needs a directory");
  return {
    directory: values.state,
    json: values.json === true,
    help: values.help === true,
    rest: args.filter((_, index) => !own.has(index)),
  };
}

function print(lines: string[]): number {
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT.ok;
}

function complain(error: unknown): number {
  const expected =
    error instanceof ControlError || error instanceof StartError || isParseArgsError(error);
  const text = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`stack: ${expected ? text.message : (text.stack ?? text.message)}\n`);
  if (error instanceof ControlError) return error.exitCode;
  return expected ? EXIT.usage : EXIT.failed;
}
