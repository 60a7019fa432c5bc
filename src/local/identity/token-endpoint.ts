import { randomUUID, timingSafeEqual } from "node:crypto";
import { Hono, type Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "pino";
import type { IdentityFacts, TokenIssuer } from "./token-issuer";

/** The only version of the protocol that App Service speaks. */
const API_VERSION = "2019-08-01";

/** What the endpoint answers with; the secret is what the host gives its app as IDENTITY_HEADER. */
export interface TokenEndpointOptions {
  identityHeader: string;
  identity: IdentityFacts;
  issue: TokenIssuer;
  log: Logger;
}

/** The HTTP face of an App Service managed identity: one GET, at `/msi/token` as there. */
export function createTokenEndpoint(options: TokenEndpointOptions): Hono {
  const app = new Hono();
  app.get("/msi/token", (context) => answer(context, options));
  app.all("*", (context) =>
    refuse(context, options.log, 404, `There is only GET /msi/token, not ${context.req.path}.`),
  );
  return app;
}

function answer(context: Context, options: TokenEndpointOptions): Response {
  const { identity, log } = options;
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
  if (!namesIdentity(context, identity))
    return refuse(
      context,
      log,
      400,
      "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
    );
  const { token, expiresOn } = options.issue(resource);
  log.info({ resource, expiresOn }, "token issued");
  return context.json({
    access_token: token,
    expires_on: String(expiresOn),
    resource,
    token_type: "Bearer",
    client_id: identity.clientId,
  });
}

/** There is one identity: asking for another one by any of its names is an error, as in Azure. */
function namesIdentity(context: Context, identity: IdentityFacts): boolean {
  const matches = (name: string, value: string): boolean => {
    const asked = context.req.query(name);
    return asked === undefined || asked.toLowerCase() === value.toLowerCase();
  };
  return (
    matches("client_id", identity.clientId) &&
    matches("principal_id", identity.principalId) &&
    context.req.query("mi_res_id") === undefined
  );
}

function sameSecret(given: string | undefined, expected: string): boolean {
  const a = Buffer.from(given ?? "");
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
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
