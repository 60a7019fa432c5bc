// The folder that is deployed to Azure: everything is in the bundle, so nothing is installed or built there.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

/** `host.json` for histories in a Durable Task Scheduler; its hub is the same. */
const SCHEDULER = {
  type: "azureManaged",
  connectionStringName: "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
};

/**
 * @param folder where to
 * @param withScheduler the plan reads the provider from host.json, so a setting of the app couldn't choose it
 */
export function writePackage(folder, withScheduler) {
  const { name, version } = readJson("package.json");
  const host = readJson("host.json");
  if (withScheduler) host.extensions.durableTask.storageProvider = SCHEDULER;
  mkdirSync(folder, { recursive: true });
  copyFileSync("dist/main.js", `${folder}/main.js`);
  writeJson(`${folder}/host.json`, host);
  writeJson(`${folder}/package.json`, { name, version, private: true, main: "main.js" });
}

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
