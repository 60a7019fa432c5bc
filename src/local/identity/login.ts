import { Hono, type Context } from "hono";
import type { Logger } from "pino";
import { ADFS_REFUSALS, entraRefusals, LoginError, tenantNotFound } from "./login-error";
import type { LoginRefusals } from "./login-error";
import { sameSecret } from "./secrets";
import type { IdentityFacts, TokenIssuer } from "./token-issuer";

export interface LoginOptions {
  identities: readonly IdentityFacts[];
  issuer: TokenIssuer;
  log: Logger;
}

/** One way to reach the authority: where it lies, and how it refuses. */
interface Authority {
  /** Path below which its endpoints lie. */
  base: string;
  token: string;
  keys: string;
  issuer: string;
  refusals: LoginRefusals;
  /** Undefined: identities of any tenant. */
  tenantId?: string;
}

/**
 * Where programs log in with a client id and a secret: as an ADFS, whose address needs no discovery
 * of the public cloud, and as Microsoft Entra, with the tenant in the path.
 */
export function createLogin(options: LoginOptions): Hono {
  const app = new Hono();
  const adfs = (context: Context): Authority => ({
    base: `${originOf(context)}/adfs`,
    token: "oauth2/token",
    keys: "discovery/keys",
    issuer: `${originOf(context)}/adfs`,
    refusals: ADFS_REFUSALS,
  });
  const entra = (context: Context): Authority => entraAuthority(context, options.identities);
  for (const { path, authority } of [
    { path: "/adfs", authority: adfs },
    { path: "/:tenant/v2.0", authority: entra },
    { path: "/:tenant", authority: entra },
  ])
    app.get(`${path}/.well-known/openid-configuration`, (context) =>
      context.json(configuration(authority(context))),
    );
  for (const path of ["/adfs/discovery/keys", "/:tenant/discovery/v2.0/keys"])
    app.get(path, (context) => context.json({ keys: [options.issuer.jwk] }));
  app.post("/adfs/oauth2/token", (context) => token(context, adfs(context), options));
  app.post("/:tenant/oauth2/v2.0/token", (context) => token(context, entra(context), options));
  app.post("/:tenant/oauth2/token", (context) => token(context, entra(context), options));
  app.onError((error, context) => {
    if (!(error instanceof LoginError)) throw error;
    options.log.warn({ path: context.req.path, error: error.error }, error.message);
    return context.json(error.body(), error.status);
  });
  return app;
}

/** As the client addressed us: tokens come from where it looked for them. */
const originOf = (context: Context): string => `https://${context.req.header("host") ?? ""}`;

function entraAuthority(context: Context, identities: readonly IdentityFacts[]): Authority {
  const tenant = context.req.param("tenant") ?? "";
  const known = identities.find(({ tenantId }) => tenantId.toLowerCase() === tenant.toLowerCase());
  if (known === undefined) throw tenantNotFound(tenant);
  return {
    base: `${originOf(context)}/${tenant}`,
    token: "oauth2/v2.0/token",
    keys: "discovery/v2.0/keys",
    issuer: `${originOf(context)}/${tenant}/v2.0`,
    refusals: entraRefusals(tenant),
    tenantId: known.tenantId,
  };
}

const configuration = ({ base, token: path, keys, issuer }: Authority) => ({
  issuer,
  token_endpoint: `${base}/${path}`,
  // Clients want one to be named; nobody can log in by a browser here.
  authorization_endpoint: `${base}/oauth2/authorize`,
  jwks_uri: `${base}/${keys}`,
  token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
  grant_types_supported: ["client_credentials"],
  response_types_supported: ["token"],
  subject_types_supported: ["pairwise"],
  id_token_signing_alg_values_supported: ["RS256"],
});

async function token(
  context: Context,
  { refusals, tenantId }: Authority,
  { identities, issuer, log }: LoginOptions,
): Promise<Response> {
  const form = new URLSearchParams(await context.req.text());
  const grant = form.get("grant_type") ?? "";
  if (grant !== "client_credentials") throw refusals.grant(grant);
  const { clientId, secret } = credentials(context, form);
  const identity = identities.find(
    (one) =>
      one.appId.toLowerCase() === clientId.toLowerCase() &&
      (tenantId === undefined || one.tenantId === tenantId),
  );
  if (identity === undefined) throw refusals.client(clientId);
  // An identity without a secret can't log in at all: no secret is the right one.
  if (identity.secret === undefined || !sameSecret(secret, identity.secret))
    throw refusals.secret(clientId);
  const resource = askedResource(form);
  if (resource === undefined) throw refusals.resource();
  const issued = issuer.issue(identity, resource, "secret");
  log.info({ identity: identity.name, resource, expiresOn: issued.expiresOn }, "token issued");
  return context.json({
    token_type: "Bearer",
    expires_in: issuer.lifetimeSeconds,
    ext_expires_in: issuer.lifetimeSeconds,
    expires_on: String(issued.expiresOn),
    resource,
    access_token: issued.token,
  });
}

/** In the form, or as the user and password of a Basic header. */
function credentials(
  context: Context,
  form: URLSearchParams,
): { clientId: string; secret: string | undefined } {
  const basic = /^Basic\s+(\S+)$/i.exec(context.req.header("authorization") ?? "")?.[1];
  const [user, ...password] = Buffer.from(basic ?? "", "base64")
    .toString("utf8")
    .split(":");
  const clientId = form.get("client_id") ?? user ?? "";
  const secret = form.get("client_secret") ?? password.join(":");
  return { clientId, secret };
}

/** `resource` of version 1, or the one scope of version 2: `<resource>/.default`. */
function askedResource(form: URLSearchParams): string | undefined {
  const [resource, scope] = [form.get("resource"), form.get("scope")];
  if (resource !== null && resource !== "") return resource;
  const asked = (scope ?? "").split(/\s+/).filter((one) => one.endsWith("/.default"));
  return asked.length === 1 ? asked[0]?.slice(0, -"/.default".length) : undefined;
}
