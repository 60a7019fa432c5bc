import { changedSnapshot } from "../../tools/check-infra/bicep";
import { pinnedCompiler, useInfraCopy } from "./infra-copy";

// Parameters that each have the right type, and together can't work.

const compiler = pinnedCompiler();
const infra = useInfraCopy();

test("a key whose vault isn't named, so that nobody is granted it before the set, is told before anything is deployed", async () => {
  infra.change("parameters/all.bicepparam", [
    "granted.vault.azure.net/keys/golden/0123456789abcdef0123456789abcdef'\n    identity: 'SystemAssigned'\n",
    "granted.vault.azure.net/keys/golden/0123456789abcdef0123456789abcdef'\n",
  ]);
  const told = await changedSnapshot(compiler(), infra.file("parameters/all.bicepparam"));
  expect(told.join("\n")).toContain("eastus2 has keyUrl without keyVaultResourceId");
});

test("a vault without its key is told, instead of another vault being made", async () => {
  infra.change("parameters/minimal.bicepparam", [
    "param location",
    "param encryptionRegions = [{ name: 'northeurope', keyVaultResourceId: '/subscriptions/a' }]\nparam location",
  ]);
  const told = await changedSnapshot(compiler(), infra.file("parameters/minimal.bicepparam"));
  expect(told.join("\n")).toContain("northeurope has keyVaultResourceId without keyUrl");
});

test("alerts that would refer to a path of a checkout are told before anything is deployed", async () => {
  infra.change("parameters/all.bicepparam", [
    "param runbookUrl = 'https://docs.example/runbook'",
    "param runbookUrl = 'docs/runbook'",
  ]);
  const told = await changedSnapshot(compiler(), infra.file("parameters/all.bicepparam"));
  expect(told.join("\n")).toContain(
    'alerts need the address of docs/runbook, https://…, not "docs/runbook"',
  );
});

test("actions for a reader that exists already, which nobody would give it, are told", async () => {
  infra.change("parameters/own.bicepparam", [
    "param alertActionGroupIds",
    "param additionalReaderActions = ['Microsoft.Compute/galleries/read']\nparam alertActionGroupIds",
  ]);
  const told = await changedSnapshot(compiler(), infra.file("parameters/own.bicepparam"));
  expect(told.join("\n")).toContain("existingRoles.reader is used as it is");
});
