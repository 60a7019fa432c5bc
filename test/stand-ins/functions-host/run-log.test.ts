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
  await eventually(lines, (all) => all.some((line) => line.includes("Completed  ")));
  await eventually(lines, (all) => /orchestrator.*Completed/.test(all.join("\n")));
  await start("nobody/two");
  await start("fanOut/three", "no JSON");
  await eventually(lines, (all) => all.some((line) => line.includes("three")));

  for (const line of lines()) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}\w/);
  const all = lines().map(told);
  expect(all).toEqual(
    expect.arrayContaining([
      "http | start | POST /api/start/fanOut/one | 202",
      "instance | fanOut | one | Started",
      "orchestrator | fanOut | one | Running | calls double #0, calls double #1",
      "activity | double | one #0 | Completed",
      "orchestrator | fanOut | one | Completed",
      "instance | nobody | two | Started",
      expect.stringMatching(
        /^orchestrator \| nobody \| two \| Failed \| .*The function 'nobody' doesn't exist/,
      ),
      expect.stringMatching(/^http \| start \| POST \/api\/start\/fanOut\/three \| 500 \| .*JSON/),
    ]),
  );
});
