import { at, type Deployment, type Resource } from "../evidence";
import type { Assertion } from "./assertion";

/** The group that parameters/all.bicepparam and parameters/own.bicepparam name. */
const ON_CALL =
  "/subscriptions/66666666-6666-6666-6666-666666666666/resourceGroups/rg-on-call/providers/Microsoft.Insights/actionGroups/images";

/** Alert rules: what each watches, and where it says whom it tells. */
const ALERTS: Readonly<Record<string, { watches: string; tells: (alert: Resource) => unknown[] }>> =
  {
    "Microsoft.Insights/scheduledQueryRules": {
      watches: "Microsoft.OperationalInsights/workspaces",
      tells: (alert) => list(at(alert, "properties.actions.actionGroups")),
    },
    "Microsoft.Insights/metricAlerts": {
      watches: "Microsoft.ServiceBus/namespaces",
      tells: (alert) =>
        list(at(alert, "properties.actions")).map((action) => at(action, "actionGroupId")),
    },
  };

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** An alert looks at what is deployed with it, and tells every group: the one that is named, and the one that mails. */
export const wiredAlerts: Assertion = {
  name: "alerts wired",
  check: ({ deployments }) => deployments.flatMap(unwired),
};

function unwired({ name, resources }: Deployment): string[] {
  const idsOf = (wanted: string): string[] =>
    resources.filter(({ type }) => type === wanted).map(({ id }) => id);
  const groups = [ON_CALL, ...idsOf("Microsoft.Insights/actionGroups")];
  return resources.flatMap((alert) => {
    const { watches, tells } = ALERTS[alert.type] ?? {};
    if (watches === undefined || tells === undefined) return [];
    const scopes = list(at(alert, "properties.scopes"));
    return [
      ...groups
        .filter((group) => !tells(alert).includes(group))
        .map((group) => `doesn't tell ${group}: put it among its actions`),
      ...(scopes.length === 1 && idsOf(watches).includes(String(scopes[0]))
        ? []
        : [`watches ${scopes.join()}, not the ${watches} that is deployed`]),
    ].map((what) => `${name}: ${alert.name} ${what}`);
  });
}
