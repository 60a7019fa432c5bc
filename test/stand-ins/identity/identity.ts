import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provideKeys, type StackKeys } from "../../../src/local/stack/keys";
import { certificates } from "../arm/support/certificates";
import { startProgram, type ProgramUnderTest } from "../stack/program-under-test";

export const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
export const APP = {
  appId: "aaaaaaaa-0000-4000-8000-000000000003",
  objectId: "aaaaaaaa-0000-4000-8000-000000000002",
};
export const IDENTITY_HEADER = "the-identity-header";

export interface IdentityFixture {
  program: ProgramUnderTest;
  keys: StackKeys;
  /** PEM of the authority that the login's certificate is from. */
  ca: string;
  /** Resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the identity program with these identities (YAML) in one tenant. */
export async function startIdentity(identities: string): Promise<IdentityFixture> {
  const directory = mkdtempSync(join(tmpdir(), "identity-"));
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const keys = await provideKeys(directory);
  const { ca, cert, key } = await certificates();
  const world = `subscriptions: [{ id: "${TENANT}", tenantId: "${TENANT}" }]\n${identities}`;
  const program = await startProgram("identity", [
    ...["--signing-key", keys.tokenSigningKeyFile, "--identity-header", IDENTITY_HEADER],
    ...["--cert", file("leaf.pem", cert), "--key", file("leaf.key", key)],
    ...["--world", file("world.yaml", world), "--log", join(directory, "identity.log")],
    ...["--token-lifetime", "3600"],
  ]);
  return {
    program,
    keys,
    ca,
    async stop() {
      const { code } = await program.stop();
      rmSync(directory, { recursive: true });
      return code;
    },
  };
}
