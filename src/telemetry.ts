import { app, type InvocationContext, type LogLevel } from "@azure/functions";
import type { TokenCredential } from "@azure/core-auth";
import {
  AzureMonitorLogExporter,
  AzureMonitorTraceExporter,
} from "@azure/monitor-opentelemetry-exporter";
import { trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { currentInvocation, spanContextOf } from "./azure/correlation";
import { isStructured } from "./azure/structured-log";
import { flushWithin } from "./flush-within";

export interface TelemetryOptions {
  connectionString: string;
  /** Absent where the resource takes telemetry without a token. */
  credential?: TokenCredential;
}

/** OpenTelemetry's severity numbers: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITIES: Record<LogLevel, number> = {
  trace: 1,
  debug: 5,
  information: 9,
  warning: 13,
  error: 17,
  critical: 21,
  none: 0,
};

/** What a process that ends hasn't sent yet is lost: a short delay is worth the calls. */
const SEND_EVERY_MS = 2_000;
/** So long an invocation waits at its end for the lines for programs that it has written. */
const SENT_WITHIN_MS = 2_000;

/**
 * Sends spans and everything that is logged to Application Insights. By the smaller parts of Azure's distribution
 * (docs/decisions/0009): this module is loaded only when it is asked for.
 */
export function sendTelemetry(options: TelemetryOptions): void {
  // A disk that an instance loses with its end keeps nothing.
  const sending = { ...options, disableOfflineStorage: true };
  const batches = { scheduledDelayMillis: SEND_EVERY_MS };
  const resource = resourceFromAttributes({ "service.name": "gallery-publisher" });
  const spans = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new AzureMonitorTraceExporter(sending), batches)],
  });
  trace.setGlobalTracerProvider(spans);
  const exporter = new AzureMonitorLogExporter(sending);
  const lines = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter, ...batches })],
  });
  const logger = lines.getLogger("gallery-publisher");
  const hasTold = new WeakSet<InvocationContext>();
  app.hook.log(({ level, message, invocationContext }) => {
    if (invocationContext !== undefined && isStructured(message)) hasTold.add(invocationContext);
    logger.emit({
      body: message,
      severityNumber: SEVERITIES[level],
      severityText: level,
      context: spanContextOf(currentInvocation()?.trace),
    });
  });
  // They are few, and alerts and people's programs wait for them: a process that is killed repeats what hasn't ended.
  const sent = flushWithin(() => lines.forceFlush(), SENT_WITHIN_MS);
  app.hook.postInvocation(async ({ invocationContext }) => {
    if (hasTold.has(invocationContext)) await sent();
  });
  app.hook.appTerminate(async () => {
    await Promise.allSettled([spans.shutdown(), lines.shutdown()]);
  });
}
