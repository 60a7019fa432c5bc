import { createHash } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loggedBody, RequestLog } from "../../../src/local/arm/request-log";

const call = (path: string, body?: unknown) => ({
  time: "2026-01-01T00:00:00.000Z",
  caller: {},
  method: "PUT",
  path,
  query: "",
  body,
  status: 200,
  correlationId: "c",
  durationMs: 1,
});
const pathsIn = (log: RequestLog): string[] => log.find({}).map(({ path }) => path);

describe("the request log", () => {
  const directory = mkdtempSync(join(tmpdir(), "request-log-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("forgets its oldest calls when they are too many", () => {
    const log = new RequestLog(undefined, false, { calls: 2, chars: 1e6 });
    for (const path of ["/1", "/2", "/3"]) log.add(call(path));
    expect(pathsIn(log)).toEqual(["/1", "/2", "/3"]);
    log.add(call("/4"));
    expect(pathsIn(log)).toEqual(["/3", "/4"]);
  });

  it("forgets its oldest calls when they are too large together", () => {
    const log = new RequestLog(undefined, false, { calls: 1000, chars: 10_000 });
    for (let count = 1; count <= 40; count++) log.add(call(`/${count}`, "x".repeat(4000)));
    expect(JSON.stringify(log.find({})).length).toBeLessThan(15_500);
    expect(pathsIn(log).at(-1)).toBe("/40");
  });

  it("goes on where its file ends, a torn line and answers left out", () => {
    const file = join(directory, "requests.jsonl");
    const first = new RequestLog(file, true);
    for (const path of ["/1", "/2"]) first.add({ ...call(path), answer: { large: true } });
    appendFileSync(file, '{"number":3,"pa');
    const second = new RequestLog(file, false);
    expect(second.find({})).toMatchObject([{ number: 1 }, { number: 2, path: "/2" }]);
    expect(second.find({})[0]).not.toHaveProperty("answer");
    second.add(call("/3"));
    expect(second.find({ after: 2 })).toMatchObject([{ number: 3, path: "/3" }]);
    expect(pathsIn(new RequestLog(file))).toEqual(["/1", "/2", "/3"]);
    expect(readFileSync(file, "utf8").split("\n")[2]).toBe('{"number":3,"pa');
  });

  it("has the hash of the very bytes that came", () => {
    for (const text of ['{"a": 1}', '{"a":1}', "no JSON"])
      expect(loggedBody(Buffer.from(text)).bodySha256).toBe(
        createHash("sha256").update(text).digest("hex"),
      );
  });

  it("keeps a body that is nested too deep as the text that came", () => {
    const deep = "[".repeat(20_000) + "]".repeat(20_000);
    expect(loggedBody(Buffer.from(deep)).body).toBe(deep);
  });
});
