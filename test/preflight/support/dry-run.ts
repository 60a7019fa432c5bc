import { setDefaultCACertificates } from "node:tls";
import { planPublication } from "../../../src/activities/plan-publication";
import { connectAzure, requestRules, type Azure } from "../../../src/composition";
import { settingsSchema, type Settings } from "../../../src/config";
import type { DryRun } from "../../../src/domain/plan/dry-run";
import type { Problem } from "../../../src/domain/problem";
import { parseRequest } from "../../../src/domain/request/parse-request";
import type { LoggedRequest } from "../../../src/local/arm/request-log";
import { ALLOWED, RULES } from "../../support/request-factory";
import { discard, startArm, token, type ArmFixture } from "../../stand-ins/arm/support/arm-fixture";
import type { Case, World } from "./row";
import { callerOf, worldOf } from "./world";

/** What a case came to. */
export interface Observed {
  found: string[];
  messages: string[];
  /** The app's calls of Resource Manager, as the stand-in logged them. */
  calls: LoggedRequest[];
  /** How many reads the plan says it took. */
  reads: number;
  /** Absent when the request itself is refused. */
  dryRun?: DryRun;
}

/** Whom the stand-in logs for what its faults let somebody else do (`foreignWriter`). */
const OTHER_WRITER = "66666666-6666-6666-6666-666666666666";

/** The stand-in with one world for all rows, and the product's own admission and plan before it. */
export class Preflight {
  private readonly known = new Map<string, Azure>();

  private constructor(
    readonly arm: ArmFixture,
    private readonly parts: readonly (World | undefined)[],
  ) {}

  static async start(parts: readonly (World | undefined)[]): Promise<Preflight> {
    const arm = await startArm({ world: worldOf(parts) });
    // The product takes the machine's authorities, as NODE_EXTRA_CA_CERTS adds to them. Those of other
    // test files in this process have the same name and another key: not beside them.
    setDefaultCACertificates([arm.ca]);
    return new Preflight(arm, parts);
  }

  async stop(): Promise<void> {
    await this.arm.stop();
    discard(this.arm);
  }

  /** Admission, and the dry run of what is admitted. */
  async observe({ request: raw, settings: changed, caller, faults = [] }: Case): Promise<Observed> {
    const settings = this.settings(changed);
    const parsed = parseRequest(raw, { ...requestRules(settings), now: RULES.now });
    if (parsed.kind === "invalid") return { ...told(parsed.problems), calls: [], reads: 0 };
    if (parsed.kind === "unnumbered") throw new Error("a plan is made of a version with a number");
    const azure = this.azureOf(settings, caller ?? "function-app");
    for (const fault of faults) await this.arm.control("POST", "/faults", fault);
    await this.arm.control("DELETE", "/requests");
    try {
      const dryRun = await planPublication(azure)(parsed.request);
      const { plan, calls } = dryRun;
      const problems = plan.kind === "impossible" ? plan.problems : [];
      const { requests } = await this.arm.control("GET", "/requests");
      return {
        ...told([...problems, ...plan.remarks]),
        calls: (requests as LoggedRequest[]).filter((call) => call.caller.oid !== OTHER_WRITER),
        reads: calls.reads,
        dryRun,
      };
    } finally {
      if (faults.length > 0) await this.arm.control("DELETE", "/faults");
    }
  }

  /** Resource Manager as the function app reaches it. */
  get azure(): Azure {
    return this.azureAs("function-app");
  }

  /** Likewise, with the rights of an identity of the world. */
  azureAs(caller: string): Azure {
    return this.azureOf(this.settings(), caller);
  }

  /** The same connections for all cases that ask as the same identity under the same settings. */
  private azureOf(settings: Settings, caller: string): Azure {
    const key = JSON.stringify([settings, caller]);
    const azure =
      this.known.get(key) ??
      connectAzure(settings, {
        getToken: async () => ({
          token: token({}, undefined, callerOf(caller, this.parts)),
          expiresOnTimestamp: Date.now() + 3_600_000,
        }),
      });
    this.known.set(key, azure);
    return azure;
  }

  private settings(changed: Record<string, string> = {}): Settings {
    return settingsSchema.parse({
      ARM_ENDPOINT: this.arm.server.url,
      STORAGE_TABLE_ENDPOINT: "https://127.0.0.1/",
      STORAGE_BLOB_ENDPOINT: "https://127.0.0.1/",
      ALLOWED_SUBSCRIPTIONS: ALLOWED.subscriptions.join(),
      ALLOWED_GALLERIES: ALLOWED.galleries.join(),
      ALLOWED_DISK_ENCRYPTION_SET_SUBSCRIPTIONS: ALLOWED.diskEncryptionSetSubscriptions.join(),
      ...changed,
    });
  }
}

const told = (findings: Problem[]): Pick<Observed, "found" | "messages"> => ({
  found: findings.map(line),
  messages: findings.map(({ message }) => message),
});

const line = (found: Problem & { severity?: string }): string =>
  [found.path, found.code, found.severity ?? "error", found.region]
    .filter((part) => part !== undefined)
    .join(" ");
