import { generate } from "selfsigned";

/** A CA and a certificate of it for 127.0.0.1, as PEM. */
export async function certificates(): Promise<{ ca: string; cert: string; key: string }> {
  const authority = await generate([{ name: "commonName", value: "Test CA" }], {
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    algorithm: "sha256",
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  });
  return { ca: authority.cert, cert: leaf.cert, key: leaf.private };
}
