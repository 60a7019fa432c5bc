import { readFileSync } from "node:fs";
import { resolve } from "node:path";

interface Resource {
  type: string;
  name: string;
  properties: {
    description: string;
    criteria: { allOf: { query?: string; metricName?: string; dimensions?: { name: string }[] }[] };
  };
}

/** What an alert's query asks of lines. */
export interface AlertRule {
  name: string;
  description: string;
  /** Names of lines. */
  events: string[];
  /** Members of lines. */
  fields: string[];
}

const ALERTS = /^Microsoft\.Insights\/(scheduledQueryRules|metricAlerts)$/;

/** The alert rules as they are deployed with every option on (`npm run infra:check` keeps the file true). */
export function alertRules(): AlertRule[] {
  const text = readFileSync(resolve("infra/parameters/all.snapshot.json"), "utf8");
  const { predictedResources } = JSON.parse(text) as { predictedResources: Resource[] };
  return predictedResources.filter(({ type }) => ALERTS.test(type)).map(ruleOf);
}

function ruleOf({ name, properties }: Resource): AlertRule {
  const query = properties.criteria.allOf.map((one) => one.query ?? "").join("\n");
  const compared = query.matchAll(/\bevent\s*(?:==|in)\s*(\([^)]*\)|"[^"]*")/g);
  const names = Array.from(compared, ([, list = ""]) => list.match(/\w+/g) ?? []).flat();
  const fields = Array.from(query.matchAll(/\bline\.(\w+)/g), ([, field = ""]) => field);
  return {
    name,
    description: properties.description,
    events: [...new Set(names)],
    fields: [...new Set(fields)],
  };
}
