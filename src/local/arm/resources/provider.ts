import type { ArmReply, ArmRequest } from "../arm-message";
import { ArmError } from "../errors";
import type { JsonObject } from "../json";
import { PUBLIC_REGIONS } from "../public-regions";
import type { ResourceType } from "./resource-type";

/** An api-version to name where a client wants one; any other well-formed one is taken, too. */
const API_VERSION = "2025-03-03";

/** The resource providers: registered, with the types that are served here. */
export function providers(types: readonly ResourceType[]): ResourceType {
  const served = types.map(({ type }) => type).filter((type) => /^Microsoft\.\w+\//.test(type));
  const namespaces = [...new Set(served.map((type) => type.split("/")[0] ?? ""))];
  const view = (namespace: string, { path }: ArmRequest): JsonObject => ({
    id: `/subscriptions/${path.subscriptionId ?? ""}/providers/${namespace}`,
    namespace,
    registrationState: "Registered",
    registrationPolicy: "RegistrationRequired",
    resourceTypes: served
      .filter((type) => type.startsWith(`${namespace}/`))
      .map((type) => ({
        resourceType: type.slice(namespace.length + 1),
        locations: Object.values(PUBLIC_REGIONS),
        apiVersions: [API_VERSION],
        capabilities: "SupportsTags, SupportsLocation",
      })),
  });
  return {
    type: "subscriptions/providers",
    actions: "Microsoft.Resources/subscriptions/providers",
    access: "anyRight",
    list: (request): ArmReply => ({
      status: 200,
      body: { value: namespaces.map((namespace) => view(namespace, request)) },
    }),
    get(request) {
      const wanted = request.path.names[0] ?? "";
      const found = namespaces.find((one) => one.toLowerCase() === wanted.toLowerCase());
      if (found === undefined)
        throw new ArmError(
          404,
          "InvalidResourceNamespace",
          `The resource namespace '${wanted}' is invalid.`,
        );
      return { status: 200, body: view(found, request) };
    },
  };
}
