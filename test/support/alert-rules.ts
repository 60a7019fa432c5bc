import { readFileSync } from "node:fs";
import { resolve } from "node:path";

interface Resource {
  type: string;
  name: string;
  properties: {
    description: string;
    windowSize: string;
    criteria: { allOf: { query?: string; metricName?: string; dimensions?: { name: string }[] }[] };
  };
}

/** What an alert's query asks of lines. */
export interface AlertRule {
  name: string;
  description: string;
  /** ISO 8601 duration. */
  windowSize: string;
  /** Empty for an alert of a metric. */
  query: string;
  /** Columns of the result by which alerts are told apart. */
  dimensions: string[];
  /** By the lines' names: which of their members the query reads. */
  reads: Map<string, string[]>;
}

const ALERTS = /^Microsoft\.Insights\/(scheduledQueryRules|metricAlerts)$/;

/** The alert rules as they are deployed with every option on (`npm run infra:check` keeps the file true). */
export function alertRules(): AlertRule[] {
  const text = readFileSync(resolve("infra/parameters/all.snapshot.json"), "utf8");
  const { predictedResources } = JSON.parse(text) as { predictedResources: Resource[] };
  return predictedResources.filter(({ type }) => ALERTS.test(type)).map(ruleOf);
}

function ruleOf({ name, properties }: Resource): AlertRule {
  const { description, windowSize, criteria } = properties;
  const query = criteria.allOf.map((one) => one.query ?? "").join("\n");
  const dimensions = criteria.allOf.flatMap((one) => one.dimensions ?? []);
  return {
    ...{ name, description, windowSize, query, reads: readsOf(query) },
    dimensions: dimensions.map((dimension) => dimension.name),
  };
}

/** Each statement of a query asks for lines of its own; the one that asks for none reads members of all. */
export function readsOf(query: string): Map<string, string[]> {
  const statements = query.split(";").map((text) => ({
    events: [...text.matchAll(/\bevent\s*(?:==|in)\s*(\([^)]*\)|"[^"]*")/g)].flatMap(
      ([, names = ""]) => names.match(/\w+/g) ?? [],
    ),
    fields: [...text.matchAll(/\bline(?:\.(\w+)|\["(\w+)"\])/g)].map(
      ([, member, bracketed]) => member ?? bracketed ?? "",
    ),
  }));
  const ofAll = statements.filter(({ events }) => events.length === 0);
  const reads = new Map<string, string[]>();
  for (const { events, fields } of statements)
    for (const event of events) {
      const all = [...(reads.get(event) ?? []), ...ofAll.flatMap((one) => one.fields), ...fields];
      reads.set(event, [...new Set(all)]);
    }
  return reads;
}
