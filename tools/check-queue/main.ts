import { parseArgs } from "node:util";
import { QueueRun, violationsOf, type QueueRunResult } from "./queue-run";

const USAGE = `usage: npm run check:queue -- [options]
  --messages N         how many go through the queue (default 10000)
  --kills N            how often the broker is killed with SIGKILL (default 2)
  --in-flight N        a kill waits until the client holds so many (default 1000)
  --detect-duplicates  on a queue with duplicate detection`;

void main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      messages: { type: "string", default: "10000" },
      kills: { type: "string", default: "2" },
      "in-flight": { type: "string", default: "1000" },
      "detect-duplicates": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const messages = Number(values.messages);
  const inFlight = Number(values["in-flight"]);
  const result = await new QueueRun({
    messages,
    kills: Number(values.kills),
    inFlight,
    detectDuplicates: values["detect-duplicates"],
    log: (line) => process.stdout.write(`${line}\n`),
  }).run();
  process.stdout.write(`${report(result)}\n`);
  const violations = violationsOf(result, { messages, inFlight });
  process.stdout.write(violations.length === 0 ? "holds\n" : `${violations.join("\n")}\n`);
  process.exit(violations.length === 0 ? 0 : 1);
}

function report(result: QueueRunResult): string {
  const { kills, seconds, errors, ...facts } = result;
  const rows = [...Object.entries(facts), ["kills", kills.length], ["seconds", seconds.toFixed(1)]];
  return [
    ...errors.map(([message, count]) => `the receiver was told ${count} times: ${message}`),
    ...rows.map(([name, value]) => `${String(name).padEnd(25)}${value}`),
  ].join("\n");
}
