import { join } from "node:path";
import {
  cleanUp,
  eventually,
  linesOf,
  newDirectory,
  startHost,
  type HostUnderTest,
} from "./host-under-test";

afterAll(cleanUp);

function startApp(directory: string, ...more: string[]): Promise<HostUnderTest> {
  return startHost({
    app: "durable-fan-out",
    args: ["--state", join(directory, "state"), ...more],
    settings: { NOTES_FILE: join(directory, "notes") },
  });
}

/** Starts an orchestration. @returns the link that shows its status. */
async function startRun(host: HostUnderTest, path: string, input: object): Promise<string> {
  const answer = await fetch(`${host.facts.url}/api/start/${path}`, {
    method: "POST",
    body: JSON.stringify(input),
    headers: { "content-type": "application/json" },
  });
  const links = (await answer.json()) as { statusQueryGetUri: string };
  expect(answer.status).toBe(202);
  expect(answer.headers.get("location")).toBe(links.statusQueryGetUri);
  return links.statusQueryGetUri;
}

interface Status {
  runtimeStatus: string;
  output: unknown;
}

const statusAt = async (uri: string): Promise<Status> =>
  (await fetch(uri)).json() as Promise<Status>;

test("a fan-out goes on after a kill where it was, and the links handed out before stay good", async () => {
  const directory = newDirectory();
  const notes = join(directory, "notes");
  const first = await startApp(directory);
  const link = await startRun(first, "fanOut/killed", { count: 8 });
  await eventually(
    () => linesOf(notes).filter((line) => line.startsWith("double")).length,
    (count) => count >= 3,
  );
  expect(await first.end("SIGKILL")).toBeNull();

  const second = await startApp(directory);
  const uri = link.replace(first.facts.url, second.facts.url);
  const status = await eventually(
    () => statusAt(uri),
    ({ runtimeStatus }) => runtimeStatus === "Completed",
  );
  expect(status).toMatchObject({ name: "fanOut", instanceId: "killed", output: { sum: 56 } });

  // At least once: what ran at the moment of the kill may run twice, the rest runs once.
  const ran = linesOf(notes).filter((line) => line.startsWith("double"));
  expect(new Set(ran)).toEqual(new Set(Array.from({ length: 8 }, (_, n) => `double ${n}`)));
  expect(ran.length).toBeLessThanOrEqual(10);
  expect(second.facts.masterKey).toBe(first.facts.masterKey);

  expect(await second.end("SIGTERM")).toBe(0);
  expect(linesOf(notes).at(-1)).toBe("terminated");
});

test("an orchestration that is started while the host stops is kept, and run by the next host", async () => {
  const directory = newDirectory();
  const notes = () => linesOf(join(directory, "notes"));
  const first = await startApp(directory);
  const starting = startRun(first, "fanOut/late?waitMs=500", { count: 1 });
  await eventually(notes, (lines) => lines.includes("asked late"));
  const ended = first.end("SIGTERM");
  const link = await starting;
  expect(await ended).toBe(0);

  const second = await startApp(directory);
  const status = await eventually(
    () => statusAt(link.replace(first.facts.url, second.facts.url)),
    ({ runtimeStatus }) => runtimeStatus === "Completed",
  );
  expect(status.output).toEqual({ sum: 0 });
});

test.each([
  ["on time", [], (earlyMs: number) => earlyMs <= 0],
  [
    "early where the switch asks for it",
    ["--fire-timers-early"],
    (earlyMs: number) => earlyMs > 500,
  ],
])("a durable timer fires %s", async (_, args, isRight) => {
  const host = await startApp(newDirectory(), ...args);
  const link = await startRun(host, "sleeps/one", {});
  const { output } = await eventually(
    () => statusAt(link),
    ({ runtimeStatus }) => runtimeStatus === "Completed",
  );
  const { earlyMs } = output as { earlyMs: number };
  expect({ earlyMs, isRight: isRight(earlyMs) }).toEqual({ earlyMs, isRight: true });
});
