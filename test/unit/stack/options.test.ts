import { resolve } from "node:path";
import { StartError } from "../../../src/local/program";
import { readStackOptions } from "../../../src/local/stack/options";

test("without options the stack takes the samples of its package and .local", () => {
  expect(readStackOptions([], "/package")).toEqual({
    appDirectory: "/package",
    worldFile: "/package/samples/world.yaml",
    serviceBusConfigFile: undefined,
    schedulesFile: undefined,
    stateDirectory: resolve(".local"),
    speed: undefined,
    fresh: false,
    freePorts: false,
    only: ["identity", "arm", "service-bus", "storage", "functions-host"],
    logAnswers: false,
    earlyTimers: false,
    jsonReady: false,
    extraSettings: {},
  });
});

test("everything can be chosen", () => {
  const options = readStackOptions(
    [
      ...["--world", "/w.yaml", "--state", "/s", "--service-bus", "/b.yaml", "--app", "/a"],
      ...["--schedules", "/c.json"],
      ...[
        "--only",
        "storage,arm",
        "--speed",
        "0.5",
        "--fresh",
        "--free-ports",
        "--log-answers",
        "--early-timers",
        "--json-ready",
      ],
      ...["--setting", "A=1", "--setting", "B=x=y", "--setting", "C="],
    ],
    "/package",
  );
  expect(options).toEqual({
    appDirectory: "/a",
    worldFile: "/w.yaml",
    serviceBusConfigFile: "/b.yaml",
    schedulesFile: "/c.json",
    stateDirectory: "/s",
    speed: "0.5",
    fresh: true,
    freePorts: true,
    only: ["arm", "storage"],
    logAnswers: true,
    earlyTimers: true,
    jsonReady: true,
    extraSettings: { A: "1", B: "x=y", C: "" },
  });
});

test.each([
  [["--speed", "fast"], '--speed must be a number greater than 0, not "fast"'],
  [["--speed", "0"], '--speed must be a number greater than 0, not "0"'],
  [
    ["--only", "arm,azure"],
    '--only: there is no part "azure"; there are: identity, arm, service-bus, storage, functions-host',
  ],
  [
    ["--only", "functions-host,arm"],
    "--only: functions-host can't run without identity, service-bus, storage",
  ],
  [["--setting", "A"], '--setting must be NAME=VALUE, not "A"'],
])("%j is refused with what would be right", (args, message) => {
  expect(() => readStackOptions(args, "/package")).toThrow(new StartError(message));
});

test("an unknown option is refused", () => {
  expect(() => readStackOptions(["--nonsense"], "/package")).toThrow(/Unknown option/);
});
