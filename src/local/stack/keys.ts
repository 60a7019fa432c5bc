import { generateKeyPair, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Secrets of one stack, made once per directory: what people copied from it stays valid. */
export interface StackKeys {
  /** PEM files of the RSA key pair that signs tokens. */
  tokenSigningKeyFile: string;
  tokenPublicKeyFile: string;
  functionKey: string;
  masterKey: string;
}

type Secrets = Pick<StackKeys, "functionKey" | "masterKey">;

/** Reads the secrets of `directory`, or makes them. */
export async function provideKeys(directory: string): Promise<StackKeys> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const tokenSigningKeyFile = join(directory, "token-signing.key");
  const tokenPublicKeyFile = join(directory, "token-signing.pub.pem");
  if (!existsSync(tokenSigningKeyFile) || !existsSync(tokenPublicKeyFile))
    await makeTokenKeys(tokenSigningKeyFile, tokenPublicKeyFile);
  return {
    tokenSigningKeyFile,
    tokenPublicKeyFile,
    ...provideSecrets(join(directory, "secrets.json")),
  };
}

async function makeTokenKeys(privateFile: string, publicFile: string): Promise<void> {
  const pair = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  writeFileSync(privateFile, pair.privateKey, { mode: 0o600 });
  writeFileSync(publicFile, pair.publicKey);
}

function provideSecrets(file: string): Secrets {
  const kept = readSecrets(file);
  if (kept !== undefined) return kept;
  const secret = (): string => randomBytes(24).toString("hex");
  const made = { functionKey: secret(), masterKey: secret() };
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}

function readSecrets(file: string): Secrets | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { functionKey, masterKey } = JSON.parse(readFileSync(file, "utf8")) as Partial<
      Record<keyof Secrets, unknown>
    >;
    return typeof functionKey === "string" && typeof masterKey === "string"
      ? { functionKey, masterKey }
      : undefined;
  } catch (error) {
    // A half-written file holds no secrets that anybody could use; any other trouble is real.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
