import { randomUUID } from "node:crypto";
import { Hono, type Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "pino";
import { sameSecret } from "./secrets";
import type { IdentityFacts, TokenIssuer } from "./token-issuer";

/** The only version of the protocol that App Service speaks. */
const API_VERSION = "2019-08-01";

/** What the endpoint answers with; the secret is what the host gives its app as IDENTITY_HEADER. */
export interface ManagedIdentityOptions {
  identityHeader: string;
  identities: readonly IdentityFacts[];
  issuer: TokenIssuer;
  log: Logger;
}

/** The HTTP face of the managed identities of an App Service: one GET, at `/msi/token` as there. */
export function createManagedIdentity(options: ManagedIdentityOptions): Hono {
  const app = new Hono();
  app.get("/msi/token", (context) => answer(context, options));
  app.all("*", (context) =>
    refuse(context, options.log, 404, `There is only GET /msi/token, not ${context.req.path}.`),
  );
  return app;
}

function answer(context: Context, options: ManagedIdentityOptions): Response {
  const { log, issuer } = options;
  if (!sameSecret(context.req.header("x-identity-header"), options.identityHeader))
    return refuse(context, log, 401, "The X-IDENTITY-HEADER header is missing or wrong.");
  const version = context.req.query("api-version");
  if (version !== API_VERSION)
    return refuse(
      context,
      log,
      400,
      `The api-version ${version === undefined ? "is missing" : `"${version}" is not supported`}; use ${API_VERSION}.`,
    );
  const resource = context.req.query("resource");
  if (resource === undefined || resource === "")
    return refuse(context, log, 400, "The parameter resource is missing.");
  const identity = askedIdentity(context, options.identities);
  if (identity === undefined)
    return refuse(
      context,
      log,
      400,
      "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
    );
  const { token, expiresOn } = issuer.issue(identity, resource, "managedIdentity");
  log.info({ identity: identity.name, resource, expiresOn }, "token issued");
  return context.json({
    access_token: token,
    expires_on: String(expiresOn),
    resource,
    token_type: "Bearer",
    client_id: identity.appId,
  });
}

/** By its ids, which any assigned identity answers to; the system-assigned one when none is asked. */
function askedIdentity(
  context: Context,
  identities: readonly IdentityFacts[],
): IdentityFacts | undefined {
  const { client_id: clientId, principal_id: principalId, mi_res_id: id } = context.req.query();
  if (id !== undefined) return undefined;
  const same = (asked: string | undefined, value: string): boolean =>
    asked === undefined || asked.toLowerCase() === value.toLowerCase();
  const named = clientId !== undefined || principalId !== undefined;
  return identities.find(
    ({ managedIdentity, appId, objectId }) =>
      (named ? managedIdentity !== undefined : managedIdentity === "systemAssigned") &&
      same(clientId, appId) &&
      same(principalId, objectId),
  );
}

function refuse(
  context: Context,
  log: Logger,
  statusCode: ContentfulStatusCode,
  message: string,
): Response {
  log.warn({ statusCode, path: context.req.path }, message);
  return context.json({ statusCode, message, correlationId: randomUUID() }, statusCode);
}
