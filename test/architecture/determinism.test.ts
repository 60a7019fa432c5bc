import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./repository";

interface Message {
  ruleId: string | null;
  message: string;
  fatal?: boolean;
}

/** The rules that keep replay deterministic and the environment in one place. */
const GUARDS = /^no-restricted-(globals|imports|properties|syntax)$/;

const orchestrator = (body: string, imports = ""): string => `${imports}
import type { OrchestrationContext, Task } from "durable-functions";
export function* bad(ctx: OrchestrationContext): Generator<Task, unknown, unknown> {
  yield ctx.df.createTimer(ctx.df.currentUtcDateTime);
  ${body}
}
`;

/** What would give another answer in a replay, or do something twice. */
const BAD_ORCHESTRATORS: Record<string, string> = {
  "Date.now()": orchestrator("return Date.now();"),
  "new Date()": orchestrator("return new Date().getTime();"),
  "Math.random()": orchestrator("return Math.random();"),
  setTimeout: orchestrator("setTimeout(() => undefined, 1); return 1;"),
  setInterval: orchestrator("setInterval(() => undefined, 1); return 1;"),
  setImmediate: orchestrator("setImmediate(() => undefined); return 1;"),
  queueMicrotask: orchestrator("queueMicrotask(() => undefined); return 1;"),
  fetch: orchestrator('void fetch("https://example.com"); return 1;'),
  "process.env": orchestrator('return process.env["X"];'),
  "process.hrtime": orchestrator("return process.hrtime();"),
  "performance.now()": orchestrator("return performance.now();"),
  "crypto.randomUUID()": orchestrator("return crypto.randomUUID();"),
  "console.log": orchestrator('console.log("x"); return 1;'),
  globalThis: orchestrator("return globalThis.Date.now();"),
  global: orchestrator("return global.Date.now();"),
  "node:fs": orchestrator('return readFileSync("x");', 'import { readFileSync } from "node:fs";'),
  "node:crypto": orchestrator("return randomUUID();", 'import { randomUUID } from "node:crypto";'),
  "fs/promises": orchestrator(
    'void readFile("x"); return 1;',
    'import { readFile } from "fs/promises";',
  ),
  "dynamic import": orchestrator('void import("node:fs"); return 1;'),
  "@azure/identity": orchestrator(
    "return new DefaultAzureCredential();",
    'import { DefaultAzureCredential } from "@azure/identity";',
  ),
  "await at the top": "export const x = await Promise.resolve(1);\n",
  "an async function": "export async function bad(): Promise<number> { return 1; }\n",
  "an async generator": "export async function* bad(): AsyncGenerator<number> { yield 1; }\n",
  "a promise": orchestrator("void Promise.resolve(1); return 1;"),
};

const GOOD_ORCHESTRATOR = orchestrator(
  "const now = ctx.df.currentUtcDateTime.getTime(); return Math.max(now, 1);",
);

/** Ways to read the environment past `src/config.ts`. */
const ENVIRONMENT: Record<string, string> = {
  "process.env": 'export const x = process.env["X"];\n',
  "taken apart": "const { env } = process;\nexport const x = env;\n",
  "through globalThis": 'export const x = globalThis.process.env["X"];\n',
  "through an import": 'import { env } from "node:process";\nexport const x = env;\n',
  "through a default import": 'import p from "process";\nexport const x = p.env;\n',
};

/** Existing files, because type-aware rules want a file of the project; their text is replaced. */
const ORCHESTRATOR = "src/orchestrators/flow.ts";
const ELSEWHERE = ["src/domain/fault.ts", "src/azure/documents.ts", "src/functions/health.ts"];

interface Case {
  name: string;
  filePath: string;
  text: string;
}
const refused: Case[] = [
  ...Object.entries(BAD_ORCHESTRATORS).map(([name, text]) => ({
    name: `${name} in an orchestrator`,
    filePath: ORCHESTRATOR,
    text,
  })),
  ...[...ELSEWHERE, ORCHESTRATOR].flatMap((filePath) =>
    Object.entries(ENVIRONMENT).map(([name, text]) => ({
      name: `the environment ${name} in ${filePath}`,
      filePath,
      text,
    })),
  ),
];
const allowed: Case[] = [
  { name: "time from the durable context", filePath: ORCHESTRATOR, text: GOOD_ORCHESTRATOR },
  {
    name: "the environment in src/config.ts",
    filePath: "src/config.ts",
    text: ENVIRONMENT["process.env"] ?? "",
  },
];

let messages: Map<string, Message[]>;

beforeAll(() => {
  const cases = [...refused, ...allowed];
  const run = spawnSync(process.execPath, [join(__dirname, "lint-texts.mjs")], {
    cwd: ROOT,
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 64e6,
  });
  if (run.status !== 0) throw new Error(`ESLint: ${run.stderr}`);
  const results = JSON.parse(run.stdout) as Message[][];
  messages = new Map(cases.map(({ name }, index) => [name, results[index] ?? []]));
});

const guardsOf = (name: string): Message[] =>
  (messages.get(name) ?? []).filter(({ ruleId }) => GUARDS.test(ruleId ?? ""));

test.each(refused.map(({ name }) => name))("%s is refused by lint", (name) => {
  expect(messages.get(name)?.filter((message) => message.fatal)).toEqual([]);
  expect(guardsOf(name)).not.toEqual([]);
});

test.each(allowed.map(({ name }) => name))("%s is allowed by lint", (name) => {
  expect(messages.get(name)?.filter((message) => message.fatal)).toEqual([]);
  expect(guardsOf(name)).toEqual([]);
});
