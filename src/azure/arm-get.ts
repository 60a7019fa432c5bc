import {
  createDefaultHttpClient,
  createPipelineRequest,
  type HttpClient,
} from "@azure/core-rest-pipeline";
import type { ComputeClients } from "./compute-clients";

/** A read for which the SDK of Microsoft.Compute has no operation; through its client all the same. */
export interface ArmGet {
  /**
   * The body of one answer.
   * @throws {ArmError} for every answer that isn't success
   * @throws {Error} when the URL is on another host: a token must not go there
   */
  url(subscriptionId: string, url: string): Promise<unknown>;
  /** The body at a path, such as a resource's id. */
  path(path: string, apiVersion: string): Promise<unknown>;
  /** The entries of a list, all its pages. */
  list(path: string, apiVersion: string, filter?: string, expand?: string): Promise<unknown[]>;
}

interface Page {
  value?: unknown[];
  nextLink?: string;
}

/** @param http in tests, what answers instead of the network */
export function createArmGet(
  clients: ComputeClients,
  armEndpoint: string,
  http: HttpClient = createDefaultHttpClient(),
): ArmGet {
  const { host, origin } = new URL(armEndpoint);
  const url = async (subscriptionId: string, target: string): Promise<unknown> => {
    if (new URL(target).host !== host) throw new Error(`the URL isn't on ${host}: ${target}`);
    const request = createPipelineRequest({ url: target });
    const response = await clients(subscriptionId).pipeline.sendRequest(http, request);
    return JSON.parse(response.bodyAsText ?? "{}");
  };
  const first = (path: string, apiVersion: string): [string, string] => [
    path.split("/")[2] ?? "",
    `${origin}${path.split("/").map(encodeURIComponent).join("/")}?api-version=${apiVersion}`,
  ];
  return {
    url,
    path: (path, apiVersion) => url(...first(path, apiVersion)),
    async list(path, apiVersion, filter, expand) {
      const [subscriptionId, plain] = first(path, apiVersion);
      const option = (name: string, value: string | undefined): string =>
        value === undefined ? "" : `&$${name}=${encodeURIComponent(value)}`;
      const start = `${plain}${option("filter", filter)}${option("expand", expand)}`;
      const entries: unknown[] = [];
      for (let next: string | undefined = start; next !== undefined;) {
        const page = (await url(subscriptionId, next)) as Page;
        entries.push(...(page.value ?? []));
        next = page.nextLink || undefined;
      }
      return entries;
    },
  };
}
