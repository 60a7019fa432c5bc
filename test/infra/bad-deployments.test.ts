import { keysIn } from "../../tools/check-infra/assertions/no-keys";
import { undescribed } from "../../tools/check-infra/assertions/descriptions";
import { build, buildParameters, changedSnapshot } from "../../tools/check-infra/bicep";
import { AZD_VARIABLES } from "../../tools/check-infra/steps";
import { pinnedCompiler, useInfraCopy } from "./infra-copy";

// What is wrong here compiles; it is told by what comes out.

const compiler = pinnedCompiler();
const infra = useInfraCopy();

test("a change that nothing else sees is told by the snapshot", async () => {
  infra.change("modules/service-bus.bicep", ["maxDeliveryCount: 10", "maxDeliveryCount: 50"]);
  const told = await changedSnapshot(compiler(), infra.file("parameters/minimal.bicepparam"));
  expect(told.join("\n")).toMatch(/expands to something else.*maxDeliveryCount: 10 => 50/s);
});

test("a parameter and a member of a type that don't say whether they are needed, and a key that is asked for, are told from the compiled template", async () => {
  infra.change("modules/storage.bicep", [
    "@description('Required. Name of the storage account.')",
    "@description('Its name.')",
  ]);
  infra.change("modules/storage.bicep", [
    "  name: packageContainer\n  properties: { publicAccess: 'None' }",
    "  name: packageContainer\n  properties: { publicAccess: 'None', metadata: { key: account.listKeys().keys[0].value } }",
  ]);
  infra.change("modules/types.bicep", [
    "@description('Optional. Name of the gallery;",
    "@description('Required. Name of the gallery;",
  ]);
  const template = await build(compiler(), infra.file("main.bicep"));
  expect(keysIn("main", template)).toEqual([expect.stringContaining("asks Azure for a key")]);
  expect(undescribed(template)).toEqual([
    "types.bicep: the member galleryPlace.gallery isn't described as Optional.",
    "main/storage: the parameter name isn't described as Required.",
  ]);
});

test("what only a default, or a role that exists already, comes to is told by the snapshot", async () => {
  const keys: [string, string] = [
    "EncryptionAtRestWithCustomerKey'",
    "EncryptionAtRestWithCustomerKeys'",
  ];
  infra.change("modules/types.bicep", keys);
  infra.change("main.bicep", keys, ["des-${environmentName}-{region}'", "des-{region}'"]);
  infra.change(
    "modules/role-definitions.bicep",
    ["existing.?writer ??", "existing.?reader ??"],
    ["withVerifier && !contains(existing, 'verifier')", "withVerifier"],
  );
  const told = (await changedSnapshot(compiler(), infra.file("parameters/own.bicepparam"))).join(
    "\n",
  );
  expect(told).toContain("EncryptionAtRestWithCustomerKeys");
  expect(told).toContain("rg-own/des-{region}");
  expect(told).toMatch(/\+ Microsoft.Authorization\/roleDefinitions\//);
  expect(told).toMatch(/- .*'rg-images'.*bbbbbbbb-bbbb/);
});

test("a variable that comes to something else is told", async () => {
  const { env, wanted } = AZD_VARIABLES[0];
  infra.change("main.bicepparam", ["'DURABLE_TASK_SCHEDULER'", "'DURABLE_SCHEDULER'"]);
  const file = infra.file("main.bicepparam");
  expect(await buildParameters(compiler(), file, env, wanted)).toEqual([
    `${file} makes durableBackend AzureStorage, not DurableTaskScheduler`,
  ]);
});

test("a parameter that isn't one is told", async () => {
  infra.change("main.bicepparam", ["param galleries = []", "param gallerys = []"]);
  const told = await buildParameters(compiler(), infra.file("main.bicepparam"));
  expect(told.join()).toContain("gallerys");
});
