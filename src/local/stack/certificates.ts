import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";

/** PEM files: the authority that clients trust, and what the HTTPS servers present. */
export interface CertificateFiles {
  caFile: string;
  certificateFile: string;
  keyFile: string;
}

const VALID_DAYS = 365;

/** A certificate that ends sooner than this is made anew, so that it never ends in use. */
const RENEW_BEFORE_DAYS = 7;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The certificates of the stack, made once per directory and kept while they are valid. The
 * authority's key is thrown away after signing: nobody can sign anything else with it.
 */
export async function provideCertificates(
  directory: string,
  now = new Date(),
): Promise<CertificateFiles> {
  const files: CertificateFiles = {
    caFile: join(directory, "ca.pem"),
    certificateFile: join(directory, "server.pem"),
    keyFile: join(directory, "server.key"),
  };
  if (stillGood(files, now)) return files;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const made = await makeCertificates(now);
  writeFileSync(files.keyFile, made.key, { mode: 0o600 });
  writeFileSync(files.certificateFile, made.certificate);
  writeFileSync(files.caFile, made.ca);
  return files;
}

function stillGood(files: CertificateFiles, now: Date): boolean {
  if (!Object.values(files).every((file: string) => existsSync(file))) return false;
  try {
    const ca = new X509Certificate(readFileSync(files.caFile));
    const leaf = new X509Certificate(readFileSync(files.certificateFile));
    const endsAt = Math.min(leaf.validToDate.getTime(), ca.validToDate.getTime());
    return leaf.verify(ca.publicKey) && endsAt - now.getTime() > RENEW_BEFORE_DAYS * DAY_MS;
  } catch {
    // Not a certificate (a half-written or edited file): the same as none, it is made again.
    return false;
  }
}

async function makeCertificates(
  now: Date,
): Promise<{ ca: string; certificate: string; key: string }> {
  const common = {
    keyType: "ec" as const,
    algorithm: "sha256",
    // Dated back a little: a container's clock may be behind.
    notBeforeDate: new Date(now.getTime() - DAY_MS),
    notAfterDate: new Date(now.getTime() + VALID_DAYS * DAY_MS),
  };
  const ca = await generate([{ name: "commonName", value: "Gallery Publisher local stack" }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "localhost" }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  return { ca: ca.cert, certificate: leaf.cert, key: leaf.private };
}
