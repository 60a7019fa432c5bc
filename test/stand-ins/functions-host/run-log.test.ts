import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cleanUp, eventually, newDirectory, send, startHost } from "./host-under-test";

afterAll(cleanUp);

/** A line without its time, duration and padding. */
const told = (line: string): string =>
  line
    .slice("2026-01-01 00:00:00.000  ".length)
    .replace(/\s+\d+ ms/, "")
    .replace(/ {2,}/g, " | ");

test("each thing that ran is told in a line that a person can follow", async () => {
  const directory = newDirectory();
  const file = join(directory, "runs");
  const { facts } = await startHost({
    app: "durable-fan-out",
    args: ["--in-memory", "--run-log", file, "--master-key=m"],
    settings: { NOTES_FILE: join(directory, "notes") },
  });
  const lines = () => readFileSync(file, "utf8").trim().split("\n");
  const start = (path: string, body = '{"count":2}') =>
    send(facts.url, { method: "POST", path: `/api/start/${path}`, body });
  await start("fanOut/one");
  await start("nobody/two");
  await start("fanOut/three", "no JSON");
  for (const seen of [/orchestrator +Completed/, /orchestrator +Failed/, /http.*three/])
    await eventually(lines, (all) => all.some((line) => seen.test(line)));

  for (const line of lines()) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}\w/);
  const all = lines().map(told);
  expect(all).toEqual(
    expect.arrayContaining([
      "http | 202 | start | POST /api/start/fanOut/one",
      "instance | Started | fanOut | one",
      "orchestrator | Running | fanOut | one | calls double #0, calls double #1",
      "activity | Completed | double | one #0",
      "orchestrator | Completed | fanOut | one",
      "instance | Started | nobody | two",
      expect.stringMatching(
        /^orchestrator \| Failed \| nobody \| two \| .*The function 'nobody' doesn't exist/,
      ),
      expect.stringMatching(/^http \| 500 \| start \| POST \/api\/start\/fanOut\/three \| .*JSON/),
    ]),
  );
});
