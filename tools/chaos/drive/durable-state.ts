import type { Endpoints } from "./chaos-stack";

/** Ids of durable instances that go on, asked of the host's own management interface. */
export async function goingOn({ functionsUrl, masterKey }: Endpoints): Promise<string[]> {
  const url = new URL("/runtime/webhooks/durabletask/instances", functionsUrl);
  url.searchParams.set("code", masterKey);
  url.searchParams.set("runtimeStatus", "Pending,Running,Suspended");
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url.pathname} was answered ${answer.status}`);
  const instances = (await answer.json()) as { instanceId: string }[];
  return instances.map(({ instanceId }) => instanceId);
}
