// Loads the deployed bundle as the Functions worker does and prints what it registers:
// [{ name, trigger, bindings }]. The app gets the environment of this process as its settings.
const { Module } = require("node:module");
const { join } = require("node:path");

const registered = [];
const core = {
  version: "4.0.0",
  hostVersion: "4.0.0",
  registerFunction(metadata) {
    const bindings = Object.values(metadata.bindings);
    registered.push({
      name: metadata.name,
      trigger: bindings.find(({ type }) => /trigger$/i.test(type)),
      bindings: bindings.map(({ type }) => type),
    });
    return { dispose() {} };
  },
  registerHook: () => ({ dispose() {} }),
  setProgrammingModel() {},
  log() {},
};

const load = Module._load;
Module._load = function (request, ...rest) {
  return request === "@azure/functions-core" ? core : load.call(this, request, ...rest);
};
require(join(process.cwd(), require(join(process.cwd(), "package.json")).main));
process.stdout.write(JSON.stringify(registered));
process.exit(0);
