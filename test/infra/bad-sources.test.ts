import { lint, unformatted } from "../../tools/check-infra/bicep";
import { untold } from "../../tools/check-infra/canary";
import { pinnedCompiler, useInfraCopy } from "./infra-copy";

// What is wrong here passes the compiler in silence, or with a warning and a template.

const compiler = pinnedCompiler();
const infra = useInfraCopy();

test("lint tells a wrong member, a misspelt one, a wrong type, a missing member, an unknown version and a parameter too many", async () => {
  infra.change(
    "modules/service-bus.bicep",
    ["disableLocalAuth:", "disableLocalAuths:"],
    ["maxDeliveryCount: 10", "maxDeliveryCount: 'ten'"],
    ["requiresDuplicateDetection: true", "nonsense: true"],
    ["namespaces/topics@2024-01-01", "namespaces/topics@2024-01-02"],
  );
  infra.change("modules/storage.bicep", ["  kind: 'StorageV2'\n", ""]);
  infra.change("modules/identity.bicep", [
    "param tags object",
    "param tags object\n\nparam spare string",
  ]);
  const rules = (await lint(compiler(), infra.file("main.bicep"))).map(({ rule }) => rule);
  expect(rules).toEqual(
    expect.arrayContaining(["BCP035", "BCP036", "BCP037", "BCP081", "BCP089", "no-unused-params"]),
  );
});

test("a file that isn't formatted is told, and only that one", async () => {
  infra.change("modules/identity.bicep", ["  name: name", "    name: name"]);
  infra.change("parameters/minimal.bicepparam", ["param location =", "param location   ="]);
  expect(await unformatted(compiler(), infra.folder, infra.scratch)).toEqual([
    "modules/identity.bicep isn't as bicep format writes it",
    "parameters/minimal.bicepparam isn't as bicep format writes it",
  ]);
});

test("a misspelt level, and a misspelt rule, are told by a file that breaks the rules", async () => {
  infra.change(
    "bicepconfig.json",
    ['"no-unused-vars": { "level": "error" }', '"no-unused-vars": { "level": "eror" }'],
    ['"no-unused-params"', '"no-unused-parameters"'],
    // No file that breaks it is at hand; its name alone tells.
    ['"use-stable-vm-image"', '"use-stable-vm-images"'],
  );
  expect(await untold(compiler(), infra.folder, infra.scratch)).toEqual([
    "no-unused-params is no error",
    "no-unused-vars is no error",
    "no-unused-parameters is no rule of this compiler",
    "use-stable-vm-images is no rule of this compiler",
  ]);
});
