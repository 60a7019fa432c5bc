import { readFileSync } from "node:fs";
import { request, type RequestOptions } from "node:https";
import type { RegionView, VersionView } from "../evidence";
import type { TargetRegionBody } from "../invariants/writes-of-versions";
import { disksPath, shortName, versionsPath } from "../plan/world";
import type { Endpoints } from "./chaos-stack";

const API_VERSION = "2024-03-03";
const DISKS_API_VERSION = "2024-03-02";

/** Reads what is in "Azure", as anybody can. */
export class ArmState {
  readonly #ca: Buffer;

  constructor(private readonly endpoints: Endpoints) {
    this.#ca = readFileSync(endpoints.armCaFile);
  }

  async versions(): Promise<VersionView[]> {
    const token = await this.#token();
    const listed = await this.#list<{ name: string }>(versionsPath, API_VERSION, token);
    const query = `api-version=${API_VERSION}&$expand=ReplicationStatus`;
    return Promise.all(
      listed.map(async ({ name }) =>
        viewOf((await this.#get(`${versionsPath}/${name}?${query}`, token)) as WireVersion),
      ),
    );
  }

  /** Ids of all managed disks of the subscription. */
  async disks(): Promise<string[]> {
    const token = await this.#token();
    return (await this.#list<{ id: string }>(disksPath, DISKS_API_VERSION, token)).map(
      ({ id }) => id,
    );
  }

  async #list<T>(path: string, apiVersion: string, token: string): Promise<T[]> {
    const found: T[] = [];
    for (let next: string | undefined = `${path}?api-version=${apiVersion}`; next !== undefined;) {
      const page = (await this.#get(next, token)) as { value: T[]; nextLink?: string };
      found.push(...page.value);
      next = page.nextLink;
    }
    return found;
  }

  #get(path: string, token: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${token}` };
    return this.#call(new URL(path, this.endpoints.armUrl), { headers });
  }

  #call(url: URL, options: RequestOptions, body?: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = request(url, { ...options, ca: this.#ca }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          if (answer.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${url.pathname} was answered ${answer.statusCode}: ${text}`));
        });
      });
      call.on("error", reject);
      call.end(body);
    });
  }

  /** As somebody else than the app: its calls and these can be told apart in the log. */
  async #token(): Promise<string> {
    const { loginUrl, tenantId, clientId, clientSecret } = this.endpoints;
    const form = new URLSearchParams({
      ...{ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
      scope: "https://management.azure.com/.default",
    });
    const url = new URL(`/${tenantId}/oauth2/v2.0/token`, loginUrl);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await this.#call(url, { method: "POST", headers }, form.toString());
    return (answer as { access_token: string }).access_token;
  }
}

interface WireVersion {
  name: string;
  tags?: Record<string, string>;
  properties: {
    provisioningState: string;
    publishingProfile: { excludeFromLatest?: boolean; targetRegions: TargetRegionBody[] };
    safetyProfile?: { allowDeletionOfReplicatedLocations?: boolean };
    replicationStatus?: { summary?: { region: string; state: string }[] };
  };
}

function viewOf({ name, tags = {}, properties }: WireVersion): VersionView {
  const { provisioningState, publishingProfile, safetyProfile, replicationStatus } = properties;
  const states = new Map(
    replicationStatus?.summary?.map(({ region, state }) => [shortName(region), state]),
  );
  return {
    ...{ name, tags, provisioningState },
    excludeFromLatest: publishingProfile.excludeFromLatest === true,
    allowsDeletion: safetyProfile?.allowDeletionOfReplicatedLocations === true,
    regions: publishingProfile.targetRegions.map((region) => regionOf(region, states)),
  };
}

function regionOf(
  { name, excludeFromLatest, encryption }: TargetRegionBody,
  states: ReadonlyMap<string, string>,
): RegionView {
  return {
    name: shortName(name),
    excludeFromLatest: excludeFromLatest === true,
    encryption: encryption ?? {},
    state: states.get(shortName(name)),
  };
}
