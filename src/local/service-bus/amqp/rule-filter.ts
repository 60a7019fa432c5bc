import { decode, textOf } from "./decode";
import {
  entriesOf,
  field,
  Property,
  Section,
  sectionValue,
  splitSections,
} from "./message-content";

/** What a message must say to be selected: all that is given. Strings are compared with their case. */
export interface CorrelationFilter {
  correlationId?: string | undefined;
  messageId?: string | undefined;
  to?: string | undefined;
  replyTo?: string | undefined;
  label?: string | undefined;
  sessionId?: string | undefined;
  replyToSessionId?: string | undefined;
  contentType?: string | undefined;
  /** Application properties by name. Numbers are compared by value, whatever their AMQP type. */
  properties?: Record<string, string | number | boolean> | undefined;
}

type SystemProperty = Exclude<keyof CorrelationFilter, "properties">;

const POSITIONS: Record<SystemProperty, number> = {
  correlationId: Property.correlationId,
  messageId: Property.messageId,
  to: Property.to,
  replyTo: Property.replyTo,
  label: Property.subject,
  sessionId: Property.groupId,
  replyToSessionId: Property.replyToGroupId,
  contentType: Property.contentType,
};

export const SYSTEM_PROPERTIES = Object.keys(POSITIONS) as SystemProperty[];

/** Whether an encoded message says what a filter asks for. */
export function correlates(filter: CorrelationFilter, content: Buffer): boolean {
  const sections = splitSections(content);
  const system = sectionValue(sections, Section.properties);
  const hasSystemProperties = SYSTEM_PROPERTIES.every((name) => {
    const wanted = filter[name];
    if (wanted === undefined) return true;
    const found = field(system, POSITIONS[name]);
    return found !== undefined && textOf(decode(found)) === wanted;
  });
  if (!hasSystemProperties) return false;
  const wanted = Object.entries(filter.properties ?? {});
  if (wanted.length === 0) return true;
  const entries = entriesOf(sections, Section.applicationProperties);
  return wanted.every(([name, value]) => {
    const entry = entries.find(({ key }) => key === name);
    return entry !== undefined && decode(entry.valueBytes) === value;
  });
}

/** What a SQL filter selects: everything, nothing, or the messages that correlate. */
export type SqlFilter = boolean | CorrelationFilter;

const CONSTANT = /^\s*1\s*=\s*([01])\s*$/;
const LABEL = /^\s*sys\.label\s*=\s*'((?:[^']|'')*)'\s*$/i;

/** Reads `sys.Label = '…'`, `1=1` and `1=0`; undefined for any other SQL. */
export function parseSqlFilter(expression: string): SqlFilter | undefined {
  const constant = CONSTANT.exec(expression)?.[1];
  if (constant !== undefined) return constant === "1";
  const label = LABEL.exec(expression)?.[1];
  return label === undefined ? undefined : { label: label.replaceAll("''", "'") };
}
