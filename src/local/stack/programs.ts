import { existsSync } from "node:fs";
import { join } from "node:path";
import { appSettings, type AppSurroundings } from "./app-settings";
import type { CertificateFiles } from "./certificates";
import type { ProgramSpec } from "./child-program";
import type { StackKeys } from "./keys";
import type { StackOptions } from "./options";
import type { StackPorts } from "./ports";
import type { StateDirectory } from "./state-directory";
import type { WorldNames } from "./world-names";

/** Everything that the command lines of the programs are made of. */
export interface StackSetup {
  options: StackOptions;
  state: StateDirectory;
  ports: StackPorts;
  certificates: CertificateFiles;
  keys: StackKeys;
  names: WorldNames;
}

/**
 * What the identity endpoint wants to see. In Azure it is a secret of the machine; here it guards
 * tokens that only the stand-ins accept, and `local.settings.sample.json` must be able to name it.
 */
export const IDENTITY_HEADER = "local-stack";

/** What the function app stands on; these start side by side. */
export function surroundingPrograms(setup: StackSetup): ProgramSpec[] {
  return [identity(setup), arm(setup), serviceBus(setup), storage(setup)];
}

/** The host of the function app; it starts when what the app stands on is ready. */
export function functionsHost(setup: StackSetup, around: AppSurroundings): ProgramSpec {
  const { options, state, ports, keys } = setup;
  return {
    name: "functions-host",
    args: [
      ...["--app", options.appDirectory, "--port", String(ports.functions)],
      ...["--state", state.functionsHost, ...log(setup, "functions-host")],
      ...["--run-log", join(state.logs, "functions-host.runs.log")],
      ...(options.earlyTimers ? ["--fire-timers-early"] : []),
      // With "=", because a random key may begin with a dash.
      ...[`--function-key=${keys.functionKey}`, `--master-key=${keys.masterKey}`],
    ],
    env: { ...cleanEnvironment(), ...appSettings(around), ...options.extraSettings },
  };
}

function identity(setup: StackSetup): ProgramSpec {
  return program("identity", [
    ...["--port", String(setup.ports.identity), ...log(setup, "identity")],
    ...["--signing-key", setup.keys.tokenSigningKeyFile, "--identity-header", IDENTITY_HEADER],
    ...["--login-port", String(setup.ports.login), "--world", setup.options.worldFile],
    ...["--cert", setup.certificates.certificateFile, "--key", setup.certificates.keyFile],
  ]);
}

function arm(setup: StackSetup): ProgramSpec {
  const { options, state, ports, certificates, keys } = setup;
  return program("arm", [
    ...["--port", String(ports.arm), "--control-port", String(ports.armControl)],
    ...["--cert", certificates.certificateFile, "--key", certificates.keyFile],
    ...["--world", options.worldFile, "--state", state.arm, "--token-key", keys.tokenPublicKeyFile],
    ...["--login-url", `https://127.0.0.1:${ports.login}`],
    ...(options.speed === undefined ? [] : ["--speed", options.speed]),
    ...[...log(setup, "arm"), "--request-log", armRequestLog(state)],
    ...(options.logAnswers ? ["--log-answers"] : []),
  ]);
}

function serviceBus(setup: StackSetup): ProgramSpec {
  const { options, state, ports } = setup;
  const sample = join(options.appDirectory, "samples/service-bus.yaml");
  const config = options.serviceBusConfigFile ?? (existsSync(sample) ? sample : undefined);
  return program("service-bus", [
    ...["--port", String(ports.serviceBus), "--state", state.serviceBus],
    ...(config === undefined ? [] : ["--config", config]),
    ...["--world", options.worldFile, ...log(setup, "service-bus")],
  ]);
}

function storage(setup: StackSetup): ProgramSpec {
  const { state, ports, certificates } = setup;
  return program("storage", [
    ...["--blob-port", String(ports.blob), "--queue-port", String(ports.queue)],
    ...["--table-port", String(ports.table), "--state", state.storage, ...log(setup, "storage")],
    ...["--cert", certificates.certificateFile, "--key", certificates.keyFile],
  ]);
}

/** Every call that reached the Resource Manager stand-in, as JSON lines. */
export function armRequestLog(state: StateDirectory): string {
  return join(state.logs, "arm-requests.jsonl");
}

function log(setup: StackSetup, name: string): string[] {
  return ["--log", join(setup.state.logs, `${name}.log`)];
}

function program(name: string, args: string[]): ProgramSpec {
  return { name, args, env: cleanEnvironment() };
}

/** What a process needs to run at all. */
const INHERITED = ["PATH", "HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LANG"];

/**
 * Not the whole environment of the person: AZURE_CLIENT_ID, HTTPS_PROXY, AZURITE_ACCOUNTS and others
 * would change what the app and the stand-ins do, differently on every machine.
 */
function cleanEnvironment(): Record<string, string> {
  const kept = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(kept);
}
