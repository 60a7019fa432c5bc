import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceBusClient } from "@azure/service-bus";
import type { Benchmark, Measurement } from "./benchmark";
import { startProgram } from "./child-program";
import { childrenOf, cpuSecondsOfTree, usageOf } from "./process-usage";
import { PublishWorld } from "./publish-world";
import { inTemporaryDirectory } from "./temporary-directory";

/** At this speed the seven minutes that Azure needs for a version pass in a tenth of a second. */
const SPEED = 3600;
const WATCH_SECONDS = { min: 0.2, max: 1 };

const SECONDS_PER_MINUTE = 60;
const TIMEOUT_MS = 180_000;

/** Publishes per minute through the whole stack. */
export function publishBenchmark(root: string): Benchmark {
  const sizes: [regions: number, requests: number][] = [
    [1, 60],
    [10, 40],
    [40, 20],
  ];
  return {
    name: "publish",
    title: "Publishes per minute through the whole stack",
    explanation: `So many requests are sent to the Service Bus queue at once, each for a version of its own; measured from the first send to the last \`published\` event on the topic, after one publish to warm up. Azure's time passes ${SPEED} times as fast (\`--speed ${SPEED}\`) and the watch looks every ${WATCH_SECONDS.min} to ${WATCH_SECONDS.max} s, so that what is left is the work of the pipeline and of the stand-ins. Processor time is that of the whole stack.`,
    cases: sizes.map(([regions, requests]) => ({
      name: `${requests} requests, ${regions} ${regions === 1 ? "region" : "regions"} each`,
      measure: () => measure(root, regions, requests),
    })),
  };
}

async function measure(root: string, regions: number, requests: number): Promise<Measurement> {
  return inTemporaryDirectory(async (directory) => {
    const world = new PublishWorld(root, regions);
    const worldFile = join(directory, "world.yaml");
    writeFileSync(worldFile, world.worldFile());
    const state = join(directory, "state");
    const stack = await startProgram(join(root, "dist/local/stack.js"), [
      ...["--json-ready", "--free-ports", "--state", state, "--world", worldFile],
      ...["--speed", String(SPEED)],
      ...["--setting", `WATCH_MIN_INTERVAL_SECONDS=${WATCH_SECONDS.min}`],
      ...["--setting", `WATCH_MAX_INTERVAL_SECONDS=${WATCH_SECONDS.max}`],
    ]);
    try {
      const endpoints = JSON.parse(
        readFileSync(join(state, "endpoints.json"), "utf8"),
      ) as Endpoints;
      return await publishAll(endpoints, world, requests);
    } finally {
      await stack.end();
    }
  });
}

interface Endpoints {
  serviceBusConnectionString: string;
  pids: Record<string, number>;
}

async function publishAll(
  { serviceBusConnectionString, pids }: Endpoints,
  world: PublishWorld,
  requests: number,
): Promise<Measurement> {
  const client = new ServiceBusClient(serviceBusConnectionString);
  try {
    await publish(client, [world.request(0)]);
    const cpuSecondsBefore = cpuSecondsOfTree(pids.stack ?? NaN);
    const startedAt = performance.now();
    await publish(
      client,
      Array.from({ length: requests }, (_, index) => world.request(index + 1)),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      "per minute": (requests / seconds) * SECONDS_PER_MINUTE,
      seconds,
      ...used(pids, cpuSecondsBefore, requests),
    };
  } finally {
    await client.close();
  }
}

/** Sends all and waits until each is published. @throws Error when one ends in another way. */
async function publish(client: ServiceBusClient, requests: object[]): Promise<void> {
  const receiver = client.createReceiver("publication-events", "all", {
    receiveMode: "receiveAndDelete",
  });
  const sender = client.createSender("publish-requests");
  const deadline = performance.now() + TIMEOUT_MS;
  await sender.sendMessages(requests.map((body) => ({ body })));
  for (let published = 0; published < requests.length;) {
    const messages = await receiver.receiveMessages(requests.length, { maxWaitTimeInMs: 1000 });
    for (const { body } of messages) {
      const { type } = body as { type: string };
      if (type.endsWith(".published")) published++;
      else if (!type.endsWith(".accepted"))
        throw new Error(`a request ended ${JSON.stringify(body)}`);
    }
    if (performance.now() > deadline)
      throw new Error(`only ${published} of ${requests.length} were published in time`);
  }
  await Promise.all([receiver.close(), sender.close()]);
}

/** Of the whole stack; the app runs in a child of the host. */
function used(
  pids: Record<string, number>,
  cpuSecondsBefore: number | undefined,
  requests: number,
): Measurement {
  const cpuSeconds = cpuSecondsOfTree(pids.stack ?? NaN);
  const hostPid = pids["functions-host"] ?? NaN;
  const host = usageOf(hostPid);
  const [app] = childrenOf(hostPid).map(usageOf);
  if (cpuSeconds === undefined || cpuSecondsBefore === undefined || !host || !app) return {};
  return {
    "CPU ms each": ((cpuSeconds - cpuSecondsBefore) / requests) * 1000,
    "peak MB host": host.peakMb,
    "peak MB app": app.peakMb,
  };
}
