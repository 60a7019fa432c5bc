import type { Accepted, Evidence, Wanted } from "../evidence";
import type { Scenario } from "../plan/plan";
import { ArmState } from "./arm-state";
import { readLog } from "./arm-log";
import { BusState } from "./bus-state";
import type { Endpoints } from "./chaos-stack";
import { readOutcomes } from "./documents";
import { goingOn } from "./durable-state";
import { elapse, insist } from "./elapse";
import { Tables } from "./tables";

const LOOK_EVERY_MS = 1000;

/**
 * Waits until nothing is in flight any more, for at most so long, and reads everything that can be held
 * against the product; what still goes on then is part of it.
 */
export async function gather(
  endpoints: Endpoints,
  { accepted, scenarios }: { accepted: Accepted[]; scenarios: readonly Scenario[] },
  patienceMs: number,
): Promise<Evidence> {
  const tables = new Tables(endpoints);
  const bus = new BusState(endpoints.serviceBusConnectionString);
  const arm = new ArmState(endpoints);
  try {
    await quiet(endpoints, { tables, bus, arm }, patienceMs);
    // Before Azure is asked: these calls are not the product's.
    const log = readLog(endpoints.armRequestLog);
    const rows = await tables.rows();
    return {
      ...{ accepted, log },
      wanted: scenarios.flatMap(wantedOf),
      versions: await arm.versions(),
      disks: await arm.disks(),
      rows,
      outcomes: await readOutcomes(endpoints, rows.runs),
      queued: await bus.queued(),
      deadLetters: await bus.deadLetters(),
      events: await bus.events(),
      goingOn: await goingOn(endpoints),
    };
  } finally {
    await bus.close();
  }
}

async function quiet(
  endpoints: Endpoints,
  { tables, bus, arm }: { tables: Tables; bus: BusState; arm: ArmState },
  patienceMs: number,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const isQuiet = await insist(async () => {
      const [instances, queued, rows] = await Promise.all([
        goingOn(endpoints),
        bus.queued(),
        tables.rows(),
      ]);
      if (instances.length > 0 || queued.length > 0) return false;
      if (rows.failures.some(({ flagOpen }) => flagOpen !== undefined)) return false;
      // Somebody else's last write may still be on its way.
      return (await arm.versions()).every(({ provisioningState }) =>
        /^(succeeded|failed)$/i.test(provisioningState),
      );
    });
    if (isQuiet) return;
    await elapse(LOOK_EVERY_MS);
  }
}

function wantedOf({ steps }: Scenario): Wanted[] {
  const messages = steps.flatMap((step) => (step.do === "send" ? step.messages : []));
  return messages.map(({ requestId, wish: { version, regions, rollout } }) => ({
    ...{ requestId, version, regions: [...regions] },
    required: (rollout?.["requiredRegions"] ?? "all") as Wanted["required"],
    ...(rollout?.["verify"] === "disk" ? { isVerified: true } : {}),
  }));
}
