import { randomUUID } from "node:crypto";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A refusal of a token, in the words of the authority that was asked. */
export class LoginError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    /** As OAuth 2.0 names it. */
    readonly error: string,
    message: string,
    /** Microsoft Entra's number; ADFS has it in its text only. */
    readonly number?: number,
  ) {
    super(message);
  }

  /** The answer's body; Entra's ends its text with what a support request needs. */
  body(): Record<string, unknown> {
    if (this.number === undefined) return { error: this.error, error_description: this.message };
    const [traceId, correlationId] = [randomUUID(), randomUUID()];
    const timestamp = `${new Date().toISOString().slice(0, 19).replace("T", " ")}Z`;
    return {
      error: this.error,
      error_description: `AADSTS${this.number}: ${this.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [this.number],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${this.number}`,
    };
  }
}

/** What can be wrong with a request for a token, as an authority says it. */
export interface LoginRefusals {
  /** @param given empty where there is none */
  grant(given: string): LoginError;
  client(clientId: string): LoginError;
  secret(clientId: string): LoginError;
  resource(): LoginError;
}

/** Microsoft Entra; `tenant` as the client wrote it. */
export const entraRefusals = (tenant: string): LoginRefusals => ({
  grant: (given) =>
    given === ""
      ? new LoginError(
          400,
          "invalid_request",
          "The request body must contain the following parameter: 'grant_type'.",
          900144,
        )
      : new LoginError(
          400,
          "unsupported_grant_type",
          `The app requested an unsupported grant type '${given}'.`,
          70003,
        ),
  client: (clientId) =>
    new LoginError(
      400,
      "unauthorized_client",
      `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
      700016,
    ),
  secret: (clientId) =>
    new LoginError(
      401,
      "invalid_client",
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
      7000215,
    ),
  resource: () =>
    new LoginError(
      400,
      "invalid_scope",
      "The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
      1002012,
    ),
});

/** @param tenant that no identity is of */
export const tenantNotFound = (tenant: string): LoginError =>
  new LoginError(
    400,
    "invalid_request",
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    90002,
  );

/** Active Directory Federation Services. */
export const ADFS_REFUSALS: LoginRefusals = {
  grant: () =>
    new LoginError(
      400,
      "unsupported_grant_type",
      "MSIS9611: The authorization server does not support the requested 'grant_type'. The authorization server only supports 'client_credentials' here.",
    ),
  client: () =>
    new LoginError(
      400,
      "invalid_client",
      "MSIS9223: Received invalid OAuth access token request. The received 'client_id' is invalid as no registered client was found with this client identifier. Make sure that the client is registered.",
    ),
  secret: () =>
    new LoginError(
      401,
      "invalid_client",
      "MSIS9622: Client authentication failed. Please verify the credential provided for client authentication is valid.",
    ),
  resource: () =>
    new LoginError(
      400,
      "invalid_resource",
      "MSIS9602: The received 'resource' parameter is invalid. The authorization server can not find a registered resource with the specified identifier.",
    ),
};
