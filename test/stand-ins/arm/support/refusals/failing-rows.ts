import { body, type Bench, type Observation } from "./bench";
import type { Row } from "./rows";
import { encrypted, idOf, keyUrl, region, set } from "./world";

/** OS disk alone, encrypted with this set. */
const withKey = (name: string) => body([region("westus", encrypted(`key-${name}`))]);
const fromMachine = (name: string) =>
  body([region("westus", encrypted("westus-os"))], {
    storageProfile: { source: { virtualMachineId: idOf("virtualMachines", name) } },
  });
const fromImage = (name: string, profile: object = {}) =>
  body([{ name: "westus" }], {
    storageProfile: { source: { id: idOf("images", name) } },
    profile,
  });
const forbidden = (key: string) => ({
  when: "operation" as const,
  code: "KeyVaultAccessForbidden",
  message: `Unable to access key vault resource '${keyUrl(key)}/0123' to enable encryption at rest. Please grant get, wrap and unwrap key permissions to disk encryption set 'key-${key}'`,
});
const grant = (bench: Bench) =>
  bench.arm.control("PUT", "/keys", { key: keyUrl("ungranted"), grants: [set("key-ungranted")] });

/** A version that ends Failed in its only region, and what a further PUT on it says. */
async function afterFailure(bench: Bench, mend: (version: string) => Promise<unknown>) {
  const version = bench.nextVersion();
  await bench.put(withKey("disabled"), { version });
  await mend(version);
  return await bench.put(withKey("disabled"), { version });
}
const enable = (bench: Bench, enabled: boolean) =>
  bench.arm.control("PUT", "/keys", { key: keyUrl("disabled"), enabled });

/** Fails North Europe once, then publishes there `attempts` times. */
async function withFailingRegion(bench: Bench, attempts: number): Promise<Observation> {
  const version = bench.nextVersion();
  await bench.arm.control("POST", "/faults", {
    replication: { version, region: "northeurope", details: "no capacity", times: 1 },
  });
  const sent = body([region("westus"), region("northeurope")]);
  let last: Observation = { when: "accepted" };
  for (let attempt = 0; attempt < attempts; attempt++) last = await bench.put(sent, { version });
  return last;
}

/** What is accepted, and fails later: keys, Trusted Launch, regions, versions that ended Failed. */
export const FAILING_ROWS: Row[] = [
  {
    row: 8,
    title: "a key that the set may not use, until its owner grants it",
    refused: (bench) => bench.put(withKey("ungranted")),
    accepted: async (bench) => {
      await grant(bench);
      return await bench.put(withKey("ungranted"));
    },
    answer: forbidden("ungranted"),
  },
  {
    row: 8,
    title: "a key that is granted later, until that time comes",
    refused: (bench) => bench.put(withKey("late")),
    accepted: async (bench) => {
      await bench.arm.pass(1_000_000);
      return await bench.put(withKey("late"));
    },
    answer: forbidden("late"),
  },
  {
    row: 8,
    title: "a key that has expired",
    refused: (bench) => bench.put(withKey("expired")),
    accepted: (bench) => bench.put(withKey("granted")),
    answer: forbidden("expired"),
  },
  {
    row: 8,
    title: "a key that its vault doesn't have",
    refused: (bench) => bench.put(withKey("absent")),
    accepted: (bench) => bench.put(withKey("granted")),
    answer: forbidden("absent"),
  },
  {
    row: 9,
    title: "an encrypted capture of a Trusted Launch machine",
    refused: (bench) => bench.put(fromMachine("trusted")),
    accepted: (bench) => bench.put(fromMachine("standard")),
    answer: {
      when: "region status",
      message: `Replication failed in this region due to 'Contract.Assert failed: Data model DiskEncryptionSetId '' does not match DiskRP returned DiskEncryptionSetId '${set("westus-os")}'`,
    },
  },
  {
    row: 20,
    title: "a region that failed, until the same PUT is repeated",
    refused: (bench) => withFailingRegion(bench, 1),
    accepted: (bench) => withFailingRegion(bench, 2),
    answer: {
      when: "operation",
      code: "ValidationError",
      message:
        "Gallery replication jobs failed in one or more regions. The failing regions' details are as follows: '{region:northeurope, detail:no capacity}'",
    },
  },
  {
    row: 20,
    title: "a source with a disk above 2 TB",
    refused: (bench) => bench.put(fromImage("bigImage")),
    accepted: (bench) => bench.put(fromImage("myImage")),
    answer: {
      when: "operation",
      code: "ValidationError",
      message:
        "Replication failed in this region due to 'The GalleryImageVersion source resource size 2520 exceeds the max size 2048 supported.'",
    },
  },
  {
    row: 20,
    title: "a source with a disk above 32 TB, replicated shallowly",
    refused: (bench) => bench.put(fromImage("hugeImage", { replicationMode: "Shallow" })),
    accepted: (bench) => bench.put(fromImage("bigImage", { replicationMode: "Shallow" })),
    answer: {
      when: "operation",
      code: "ValidationError",
      message: "source resource size 32769 exceeds the max size 32768 supported.'",
    },
  },
  {
    row: 21,
    title: "a PUT on a Failed version without a completed region, until it is deleted",
    refused: (bench) => afterFailure(bench, () => enable(bench, true)),
    accepted: async (bench) => {
      await enable(bench, false);
      return await afterFailure(bench, async (version) => {
        await enable(bench, true);
        await bench.remove(version);
      });
    },
    answer: { status: 409, message: "since its provisioning state is Failed" },
  },
];
