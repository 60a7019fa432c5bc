import { createPrivateKey, randomUUID, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import jwt from "jsonwebtoken";
import { StartError } from "../program";

/** Who the function app is, as its tokens say. */
export interface IdentityFacts {
  tenantId: string;
  /** Object id of the service principal: what role assignments name. */
  principalId: string;
  clientId: string;
}

/** Makes a token for one resource (its audience); `expiresOn` in seconds since 1970. */
export type TokenIssuer = (resource: string) => { token: string; expiresOn: number };

/** Azure dates tokens back by five minutes, so that clocks which differ a little still agree. */
const CLOCK_SKEW_SECONDS = 300;

/**
 * Signs tokens of Microsoft Entra's version 1 shape.
 * @throws {StartError} when the key file can't be read or holds no RSA private key.
 */
export function createTokenIssuer(
  signingKeyFile: string,
  identity: IdentityFacts,
  lifetimeSeconds: number,
): TokenIssuer {
  const key = readSigningKey(signingKeyFile);
  const issuer = `https://sts.windows.net/${identity.tenantId}/`;
  return (resource) => {
    const now = Math.floor(Date.now() / 1000);
    const expiresOn = now + lifetimeSeconds;
    const claims = {
      aud: resource,
      iss: issuer,
      iat: now - CLOCK_SKEW_SECONDS,
      nbf: now - CLOCK_SKEW_SECONDS,
      exp: expiresOn,
      appid: identity.clientId,
      appidacr: "2",
      idp: issuer,
      idtyp: "app",
      oid: identity.principalId,
      sub: identity.principalId,
      tid: identity.tenantId,
      uti: randomUUID(),
      ver: "1.0",
    };
    return { token: jwt.sign(claims, key, { algorithm: "RS256" }), expiresOn };
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
