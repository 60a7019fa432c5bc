import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provideCertificates } from "../../../src/local/stack/certificates";
import { provideKeys } from "../../../src/local/stack/keys";

const DAY_MS = 24 * 60 * 60 * 1000;
let directory: string;

beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "certificates-"))));
afterEach(() => rmSync(directory, { recursive: true }));

const certificate = (file: string): X509Certificate => new X509Certificate(readFileSync(file));

test("the server's certificate is for 127.0.0.1 and localhost, signed by the authority", async () => {
  const files = await provideCertificates(directory);
  const ca = certificate(files.caFile);
  const leaf = certificate(files.certificateFile);
  expect(leaf.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(leaf.checkHost("localhost")).toBe("localhost");
  expect(leaf.checkHost("example.com")).toBeUndefined();
  expect(leaf.verify(ca.publicKey)).toBe(true);
  expect([ca.ca, leaf.ca]).toEqual([true, false]);
});

test("certificates are kept while they are valid and made anew a week before they end", async () => {
  const now = new Date();
  const files = await provideCertificates(directory, now);
  const first = readFileSync(files.certificateFile, "utf8");
  await provideCertificates(directory, new Date(now.getTime() + 350 * DAY_MS));
  expect(readFileSync(files.certificateFile, "utf8")).toBe(first);
  await provideCertificates(directory, new Date(now.getTime() + 359 * DAY_MS));
  expect(readFileSync(files.certificateFile, "utf8")).not.toBe(first);
});

test("a damaged certificate is made anew", async () => {
  const files = await provideCertificates(directory);
  writeFileSync(files.certificateFile, "-----BEGIN CERT");
  await provideCertificates(directory);
  expect(certificate(files.certificateFile).checkIP("127.0.0.1")).toBe("127.0.0.1");
});

test("keys survive a restart, differ between stacks, and private ones are the owner's alone", async () => {
  const first = await provideKeys(directory);
  expect(await provideKeys(directory)).toEqual(first);
  const other = await provideKeys(join(directory, "other"));
  expect(other.functionKey).not.toBe(first.functionKey);
  expect(first.functionKey).not.toBe(first.masterKey);
  const { keyFile } = await provideCertificates(directory);
  for (const file of [keyFile, first.tokenSigningKeyFile, join(directory, "secrets.json")])
    expect(statSync(file).mode & 0o077).toBe(0);
});
