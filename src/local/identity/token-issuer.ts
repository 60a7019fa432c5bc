import { createPrivateKey, createPublicKey, randomUUID, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import jwt from "jsonwebtoken";
import { StartError } from "../program";

/** Who a token is for, as its claims say. */
export interface IdentityFacts {
  name: string;
  tenantId: string;
  /** Of the service principal: what role assignments name. */
  objectId: string;
  /** The client id. */
  appId: string;
  managedIdentity?: "systemAssigned" | "userAssigned" | undefined;
  secret?: string | undefined;
}

/** How a client proved who it is: by a secret, or by being where the identity is assigned. */
export type Proof = "secret" | "managedIdentity";
const PROOF_CLAIM: Readonly<Record<Proof, string>> = { secret: "1", managedIdentity: "2" };

/** Makes tokens for one resource (their audience), and tells with which key they are signed. */
export interface TokenIssuer {
  /** `expiresOn` in seconds since 1970. */
  issue(identity: IdentityFacts, resource: string, proof: Proof): IssuedToken;
  /** The public key as a JSON Web Key. */
  jwk: Record<string, unknown>;
  lifetimeSeconds: number;
}

/** A token and when it ends, in seconds since 1970. */
export interface IssuedToken {
  token: string;
  expiresOn: number;
}

/** Azure dates tokens back by five minutes, so that clocks which differ a little still agree. */
const CLOCK_SKEW_SECONDS = 300;
const KEY_ID = "local-stack";

/**
 * Signs tokens of Microsoft Entra's version 1 shape, which is what the Resource Manager gets from
 * any of Entra's endpoints.
 * @throws {StartError} when the key file can't be read or holds no RSA private key.
 */
export function createTokenIssuer(signingKeyFile: string, lifetimeSeconds: number): TokenIssuer {
  const key = readSigningKey(signingKeyFile);
  const publicKey = createPublicKey(key).export({ format: "jwk" });
  return {
    lifetimeSeconds,
    jwk: { ...publicKey, kid: KEY_ID, use: "sig", alg: "RS256" },
    issue(identity, resource, proof) {
      const now = Math.floor(Date.now() / 1000);
      const expiresOn = now + lifetimeSeconds;
      const issuer = `https://sts.windows.net/${identity.tenantId}/`;
      const claims = {
        aud: resource,
        iss: issuer,
        iat: now - CLOCK_SKEW_SECONDS,
        nbf: now - CLOCK_SKEW_SECONDS,
        exp: expiresOn,
        appid: identity.appId,
        appidacr: PROOF_CLAIM[proof],
        idp: issuer,
        idtyp: "app",
        oid: identity.objectId,
        sub: identity.objectId,
        tid: identity.tenantId,
        uti: randomUUID(),
        ver: "1.0",
      };
      return { token: jwt.sign(claims, key, { algorithm: "RS256", keyid: KEY_ID }), expiresOn };
    },
  };
}

function readSigningKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType === "rsa") return key;
  } catch (error) {
    throw new StartError(`can't use the signing key ${file}: ${(error as Error).message}`);
  }
  throw new StartError(`the signing key ${file} must be an RSA key`);
}
