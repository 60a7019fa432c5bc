import { decode, verify, JsonWebTokenError, TokenExpiredError } from "jsonwebtoken";
import type { JwtPayload } from "jsonwebtoken";
import { ArmError } from "./errors";

/** Who calls, as the token says. */
export interface Caller {
  oid?: string;
  appid?: string;
  /** Tenant of the token. */
  tenantId?: string;
}

export interface TokenRules {
  /** PEM; RS256 only. */
  publicKey: string;
  /** Accepted `aud`; a trailing slash makes no difference. */
  audiences: string[];
  /** Where tokens come from: the `authorization_uri` of the challenge. */
  authority: string;
  /** Of the subscription that is called; undefined where a call names none. */
  tenantId: string | undefined;
}

const withoutSlash = (text: string): string => text.replace(/\/+$/, "");

/**
 * Checks the bearer token of a request.
 * @throws {ArmError} 401 with a challenge, each mistake with the code that Azure gives it
 */
export function authenticate(rules: TokenRules, header: string | undefined): Caller {
  if (header === undefined || header === "")
    throw refusal(
      rules,
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is missing.",
    );
  const token = /^Bearer\s+(\S+)\s*$/i.exec(header)?.[1];
  if (token === undefined)
    throw refusal(
      rules,
      "AuthenticationFailedInvalidHeader",
      "Authentication failed. The 'Authorization' header is provided in an invalid format.",
    );
  const claims = verifiedClaims(rules, token);
  const audiences = [claims.aud ?? []].flat();
  if (!audiences.some((one) => rules.audiences.map(withoutSlash).includes(withoutSlash(one))))
    throw refusal(
      rules,
      "InvalidAuthenticationTokenAudience",
      `The access token has been obtained for wrong audience or resource '${audiences.join(", ")}'. It should exactly match with one of the allowed audiences '${rules.audiences.join("','")}'.`,
    );
  const { tenantId } = rules;
  if (tenantId !== undefined && claims["tid"] !== tenantId)
    throw refusal(rules, "InvalidAuthenticationTokenTenant", wrongTenant(rules, claims, tenantId));
  return caller(claims);
}

const wrongTenant = (rules: TokenRules, { iss = "" }: JwtPayload, tenantId: string): string =>
  `The access token is from the wrong issuer '${iss}'. It must match the tenant 'https://sts.windows.net/${tenantId}/' associated with this subscription. Please use the authority (URL) '${rules.authority}' to get the token. Note, if the subscription is transferred to another tenant there is no impact to the services, but information about new tenant could take time to propagate (up to an hour). If you just transferred your subscription and see this error message, please try back later.`;

/** The caller of a token that nobody checks (`--no-auth`); empty when there is none. */
export function callerOf(header: string | undefined): Caller {
  const token = /^Bearer\s+(\S+)/i.exec(header ?? "")?.[1];
  const claims = token === undefined ? null : decode(token, { json: true });
  return claims === null ? {} : caller(claims);
}

function verifiedClaims(rules: TokenRules, token: string): JwtPayload {
  try {
    const claims = verify(token, rules.publicKey, { algorithms: ["RS256"] });
    if (typeof claims !== "string" && claims.exp !== undefined) return claims;
    throw refusal(rules, "InvalidAuthenticationToken", "The access token is invalid.");
  } catch (error) {
    if (error instanceof TokenExpiredError)
      throw refusal(
        rules,
        "ExpiredAuthenticationToken",
        `The access token expiry UTC time '${error.expiredAt.toUTCString()}' is earlier than current UTC time '${new Date().toUTCString()}'.`,
      );
    if (error instanceof JsonWebTokenError)
      throw refusal(rules, "InvalidAuthenticationToken", "The access token is invalid.");
    throw error;
  }
}

function caller(claims: JwtPayload): Caller {
  const { oid, appid, tid } = claims as Record<string, unknown>;
  return {
    ...(typeof oid === "string" ? { oid } : {}),
    ...(typeof appid === "string" ? { appid } : {}),
    ...(typeof tid === "string" ? { tenantId: tid } : {}),
  };
}

function refusal(rules: TokenRules, code: string, message: string): ArmError {
  // A token's claims come from outside, and could hold what no header can.
  const description = message.replaceAll('"', "'").replace(/[^\x20-\x7e]/g, "?");
  return new ArmError(401, code, message, {
    headers: {
      "WWW-Authenticate": `Bearer authorization_uri="${rules.authority}", error="invalid_token", error_description="${description}"`,
    },
  });
}
