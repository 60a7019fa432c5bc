import { parseArgs } from "node:util";
import { required, wholeNumber } from "../stack/command-line";
import type { AzuriteOptions } from "./azurite-process";

/** The command line of the storage program; a port of 0 means any free one. */
export interface StorageOptions extends AzuriteOptions {
  logFile: string | undefined;
}

/** @throws {import("../program").StartError} for a value that can't be used. */
export function readStorageOptions(args: string[]): StorageOptions {
  const { values } = parseArgs({
    args,
    options: {
      "blob-port": { type: "string", default: "0" },
      "queue-port": { type: "string", default: "0" },
      "table-port": { type: "string", default: "0" },
      state: { type: "string" },
      cert: { type: "string" },
      key: { type: "string" },
      log: { type: "string" },
    },
  });
  return {
    blobPort: wholeNumber(values["blob-port"], "--blob-port", 0, 65535),
    queuePort: wholeNumber(values["queue-port"], "--queue-port", 0, 65535),
    tablePort: wholeNumber(values["table-port"], "--table-port", 0, 65535),
    dataDirectory: required(values.state, "--state"),
    certificateFile: required(values.cert, "--cert"),
    keyFile: required(values.key, "--key"),
    logFile: values.log,
  };
}
