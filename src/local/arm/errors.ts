/** A refusal in the Resource Manager's form: `{"error": {code, message, target?, details?}}`. */
export class ArmError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: {
      target?: string;
      details?: { code: string; message: string; target?: string }[];
      /** What a policy found, for one. */
      additionalInfo?: { type: string; info: Record<string, unknown> }[];
      headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
  }

  get body(): { error: Record<string, unknown> } {
    const { target, details, additionalInfo } = this.more;
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(target === undefined ? {} : { target }),
        ...(details === undefined ? {} : { details }),
        ...(additionalInfo === undefined ? {} : { additionalInfo }),
      },
    };
  }
}

export const invalidRequestContent = (reason: string): ArmError =>
  new ArmError(
    400,
    "InvalidRequestContent",
    `The request content was invalid and could not be deserialized: '${reason}'.`,
  );

export const subscriptionNotFound = (id: string): ArmError =>
  new ArmError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);

export const resourceGroupNotFound = (name: string): ArmError =>
  new ArmError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);

export const resourceNotFound = (type: string, names: string[], group: string): ArmError => {
  const [namespace, ...types] = type.split("/");
  const path = types.map((part, index) => `${part}/${names[index] ?? ""}`).join("/");
  return new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${namespace ?? ""}/${path}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
};

export const parentResourceNotFound = (parentNames: string[]): ArmError =>
  new ArmError(
    404,
    "ParentResourceNotFound",
    `Can not perform requested operation on nested resource. Parent resource '${parentNames.join("/")}' not found.`,
  );

export const invalidFilter = (filter: string): ArmError =>
  new ArmError(
    400,
    "InvalidFilterInQueryString",
    `Invalid $filter '${filter}' specified in the query string.`,
  );

/** Assumed: code and words. */
export const invalidExpand = (expand: string): ArmError =>
  new ArmError(
    400,
    "InvalidExpandInQueryString",
    `Invalid $expand '${expand}' specified in the query string.`,
  );

export const locationRequired = (): ArmError =>
  new ArmError(400, "LocationRequired", "The location property is required for this definition.");

export const locationNotAvailable = (location: string, type: string): ArmError =>
  new ArmError(
    400,
    "LocationNotAvailableForResourceType",
    `The provided location '${location}' is not available for resource type '${type}'.`,
  );

export const locationChange = (name: string, group: string, from: string, to: string): ArmError =>
  new ArmError(
    409,
    "InvalidResourceLocation",
    `The resource '${name}' already exists in location '${from}' in resource group '${group}'. A resource with the same name cannot be created in location '${to}'. Please select a new resource name.`,
  );

export const nestedResourcesExist = (ids: string[]): ArmError =>
  new ArmError(
    409,
    "CannotDeleteResource",
    `Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '${ids.slice(0, 5).join(",")}'. Please delete all nested resources before deleting this resource.`,
  );

/** Somebody else's operation on the same resource hasn't ended. 400 was seen, too. */
export const concurrentRequest = (status: 409 | 400): ArmError =>
  new ArmError(
    status,
    "Conflict",
    "The request failed due to conflict with a concurrent request. To resolve it, please refer to https://aka.ms/activitylog to get more details on the conflicting requests.",
  );
