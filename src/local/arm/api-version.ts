import { queryParameter } from "./arm-message";
import { ArmError } from "./errors";
import type { Behaviour } from "./world/settings";

/**
 * The api-version of a call: any that is well-formed.
 * @throws {ArmError} 400 where it is missing or malformed
 */
export function checkedApiVersion(query: URLSearchParams): string {
  const apiVersion = queryParameter(query, "api-version");
  if (apiVersion === undefined || apiVersion === "")
    throw new ArmError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  if (!isWellFormed(apiVersion))
    throw new ArmError(
      400,
      "InvalidApiVersionParameter",
      `The api-version '${apiVersion}' is invalid. The api-version must be a date in the form 'yyyy-MM-dd', optionally followed by '-preview'.`,
    );
  return apiVersion;
}

/** A date of the calendar, perhaps with one of the endings of versions that aren't stable. */
function isWellFormed(apiVersion: string): boolean {
  const ending = /-(preview|privatepreview|alpha|beta|rc)$/i;
  const date = apiVersion.replace(ending, "");
  const read = new Date(`${date}T00:00:00Z`);
  return (
    /^[1-9]\d{3}-\d\d-\d\d$/.test(date) &&
    !Number.isNaN(read.getTime()) &&
    read.toISOString().startsWith(date)
  );
}

/** @throws {ArmError} 400 where the world file narrows a type to other api-versions */
export function checkNarrowed(behaviour: Behaviour, type: string, apiVersion: string): void {
  const allowed = behaviour.apiVersions[type.toLowerCase()];
  if (allowed !== undefined && !allowed.includes(apiVersion))
    throw new ArmError(
      400,
      "NoRegisteredProviderFound",
      `No registered resource provider found for API version '${apiVersion}' for type '${type}'. The supported api-versions are '${allowed.join(", ")}'.`,
    );
}
