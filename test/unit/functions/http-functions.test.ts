import { readdirSync } from "node:fs";
import { join } from "node:path";
import { RestError } from "@azure/core-rest-pipeline";
import { InvocationContext, type HttpResponseInit } from "@azure/functions";
import { httpFunctions } from "../../../src/functions/http-functions";
import { readText, ROOT } from "../../architecture/repository";
import { httpRequest, readAnswer } from "../../support/fake-function-app";
import { managedImageExample } from "../../support/request-factory";
import { createFakeSchedules, wireSchedule } from "../../support/schedule-factory";

/** What a schedule can be called, and a failure. */
const ID = "face-1";

/** Everything that is asked throws this. */
const throwing = <T extends object>(error: Error): T =>
  new Proxy({}, { get: () => async () => Promise.reject(error) }) as T;

/** The API where nothing outside of the process answers but the document of schedules, and what it logs. */
function outOfReach(error: Error) {
  const { dependencies, durable } = createFakeSchedules(wireSchedule({ id: ID }));
  const { documents } = dependencies;
  const away = {
    ...dependencies,
    documents: {
      read: async <T>(path: string) => documents.read<T>(path),
      write: async () => Promise.reject(error),
    },
    records: throwing<typeof dependencies.records>(error),
    numbers: throwing<typeof dependencies.numbers>(error),
    deadLetters: throwing<typeof dependencies.deadLetters>(error),
    states: throwing<typeof dependencies.states>(error),
  };
  const lines: string[] = [];
  const context = new InvocationContext({
    functionName: "test",
    logHandler: (_level, ...line) => void lines.push(line.join(" ")),
  });
  const { plain, runs } = httpFunctions(away, away);
  const functions = [
    ...plain.map(({ name, options }) => ({
      ...{ name, ...options },
      call: async (): Promise<HttpResponseInit> =>
        options.handler(requestOf(name, options.methods), context),
    })),
    ...runs.map(({ name, options }) => ({
      ...{ name, ...options },
      call: async (): Promise<HttpResponseInit> =>
        options.handler(requestOf(name, options.methods), durable.client, context),
    })),
  ];
  return { lines, functions };
}

function requestOf(name: string, [method]: string[]) {
  const said = { who: "Ada", why: "the canary boots" };
  const body = JSON.stringify(name === "publishOverHttp" ? managedImageExample() : said);
  const params = { id: ID, sequenceNumber: "1" };
  return httpRequest("x", method === "GET" ? { params } : { method: "POST", params, body });
}

/** What asks nobody, and what says itself that nobody answers. */
const OWN = ["readSchema", "health"];

const names = outOfReach(new Error())
  .functions.map(({ name }) => name)
  .filter((name) => !OWN.includes(name));

test.each(names)(
  "while storage and Service Bus are away, %s answers 503 with a problem",
  async (name) => {
    const { functions, lines } = outOfReach(new RestError("connect ECONNREFUSED 10.0.0.1"));
    const one = functions.find((found) => found.name === name);
    const answer = readAnswer((await one?.call()) ?? {});
    expect(answer).toMatchObject({
      status: 503,
      headers: { "content-type": "application/problem+json" },
      body: { title: "Try again", problems: [{ path: "$", code: "TryAgain" }] },
    });
    // Addresses are nobody's business.
    expect(answer.text).not.toContain("10.0.0.1");
    expect(lines.join()).toContain("connect ECONNREFUSED 10.0.0.1");
  },
);

test("a mistake of the app's own is no reason to try again, has a body as well, and its stack is logged", async () => {
  const { functions, lines } = outOfReach(new TypeError("x is undefined"));
  const one = functions.find(({ name }) => name === "listFailures");
  const answer = readAnswer((await one?.call()) ?? {});
  expect(answer).toMatchObject({ status: 500, body: { problems: [{ code: "Unexpected" }] } });
  expect(answer.text).not.toContain("x is undefined");
  expect(lines.join()).toMatch(/listFailures.*TypeError: x is undefined.*http-functions\.test/s);
});

test("the API has one place: main registers over HTTP what stands there, and nothing else does", () => {
  const calls = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.startsWith("local"))
    .flatMap(
      (path) =>
        readText(`src/${path}`).match(
          /\b(app|client)\.(http|get|post|put|patch|deleteRequest)\(.*/g,
        ) ?? [],
    );
  expect(calls).toEqual(["app.http(name, options);", "client.http(name, options);"]);
  expect(readText("src/main.ts")).toContain("df.app.client.http(name, options)");
});
