import type { Endpoints } from "./chaos-stack";
import { insist } from "./elapse";

const INSTANCES = "/runtime/webhooks/durabletask/instances";

/** Ids of durable instances that go on, asked of the host's own management interface. */
export async function goingOn(endpoints: Endpoints): Promise<string[]> {
  const url = urlOf(endpoints, INSTANCES, { runtimeStatus: "Pending,Running,Suspended" });
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url.pathname} was answered ${answer.status}`);
  const instances = (await answer.json()) as { instanceId: string }[];
  return instances.map(({ instanceId }) => instanceId);
}

/**
 * Ends an instance over the same interface, as an operator can.
 * @returns false when it has ended by itself, or isn't there
 */
export function terminate(endpoints: Endpoints, instanceId: string): Promise<boolean> {
  const path = `${INSTANCES}/${encodeURIComponent(instanceId)}/terminate`;
  return insist(async () => {
    const url = urlOf(endpoints, path, { reason: "chaos" });
    const { status } = await fetch(url, { method: "POST" });
    if (status === 404 || status === 410) return false;
    if (status !== 202) throw new Error(`${url.pathname} was answered ${status}`);
    return true;
  });
}

function urlOf(
  { functionsUrl, masterKey }: Endpoints,
  path: string,
  query: Record<string, string>,
): URL {
  const url = new URL(path, functionsUrl);
  url.search = new URLSearchParams({ ...query, code: masterKey }).toString();
  return url;
}
