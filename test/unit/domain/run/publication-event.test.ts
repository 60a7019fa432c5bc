import { announcedFailure, publicationEvent } from "../../../../src/domain/run/publication-event";
import type { FailureDocument } from "../../../../src/domain/run/records";
import {
  breachesOf,
  publishedBreachesOf,
  SAFE_EVENT_BYTES,
} from "../../../support/cloud-event-rules";

const TIME = "2026-11-24T12:00:00.000Z";
const eventWith = (data: object) =>
  publicationEvent({ state: "failed", publicationId: "p", key: "run-1", time: TIME, data });
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const SOUND = { ...eventWith({}) } as Record<string, unknown>;
const without = (name: string): object =>
  Object.fromEntries(Object.entries(SOUND).filter(([member]) => member !== name));

describe("the rules that judge events", () => {
  it.each([
    ["no id", without("id")],
    ["no source", without("source")],
    ["no specversion", without("specversion")],
    ["no type", without("type")],
    ["an empty subject", { ...SOUND, subject: "" }],
    ["a source with a blank", { ...SOUND, source: "/a b" }],
    ["a source with half an escape", { ...SOUND, source: "/a%2" }],
    ["a time without offset", { ...SOUND, time: "2026-11-24T12:00:00" }],
    ["a time that isn't one", { ...SOUND, time: "2026-13-24T12:00:00Z" }],
    ["another version", { ...SOUND, specversion: "0.3" }],
    ["an extension in capitals", { ...SOUND, runId: "r" }],
    ["an extension that is an object", { ...SOUND, run: {} }],
    ["a content type that isn't one", { ...SOUND, datacontenttype: "json" }],
  ])("find %s", (_what, event) => {
    expect(breachesOf(event)).not.toEqual([]);
  });

  it.each([
    ["no id", without("id")],
    ["a source that isn't one", { ...SOUND, source: "a source" }],
    ["a time that isn't one", { ...SOUND, time: "yesterday" }],
  ])("are the published schema's, which finds %s by itself", (_what, event) => {
    expect(publishedBreachesOf(event)).not.toEqual([]);
  });

  it("let a sound event through", () => {
    expect(breachesOf(SOUND)).toEqual([]);
  });
});

describe("an event", () => {
  it.each(["", " ", "bad\u0000\ud800 id", "ü/#?%", "x".repeat(3000)])(
    "keeps the rules with a sender's text %j for its request's id",
    (publicationId) => {
      const event = publicationEvent({
        state: "rejected",
        publicationId,
        key: "entry-1",
        time: TIME,
        data: {},
      });
      expect(breachesOf(event)).toEqual([]);
    },
  );

  const LONG = "🔑 no ".repeat(20_000);
  const fault = {
    code: "X".repeat(300),
    advice: "repeat" as const,
    message: LONG,
    action: LONG,
    correlationId: "c".repeat(36),
  };
  const regions = Array.from({ length: 120 }, (_, index) => ({
    region: `region${index}`,
    kind: "failed" as const,
    attempts: 4,
    fault,
  }));
  const failure: FailureDocument = {
    id: "entry-1",
    recordedAt: TIME,
    kind: "run",
    state: "failed",
    summary: LONG,
    publicationId: "p",
    problems: Array.from({ length: 5000 }, () => ({
      path: LONG,
      code: "Invalid" as const,
      message: LONG,
      action: LONG,
    })),
    regions,
    leftOver: Array.from({ length: 120 }, () => ({ resourceId: LONG, what: LONG, command: LONG })),
    undone: Array.from({ length: 120 }, (_, write) => ({
      step: { activity: "closeSafetyFlag" as const, write },
      result: "failed" as const,
      fault,
    })),
    fault,
    operationUrl: LONG,
  };

  it.each([
    ["a failure of 120 regions with endless texts", announcedFailure(failure)],
    ["a wave of 120 regions", { wave: 1, waves: 3, regions }],
    ["a compensation", { undone: failure.undone ?? [] }],
    ["a plan", { plan: "create", difference: Array.from({ length: 9000 }, () => LONG) }],
  ])("of %s is as small as everybody has to forward", (_what, data) => {
    const event = eventWith({ publicationId: "p", runId: "run-1", ...data });
    expect(bytesOf(event)).toBeLessThan(SAFE_EVENT_BYTES);
    expect(event.data).toMatchObject({ publicationId: "p", runId: "run-1" });
  });

  it("says all regions as long as that goes, with shorter texts, and else which members it leaves out", () => {
    const fits = eventWith({
      wave: 1,
      regions: regions.map(({ region }) => ({ region, why: LONG })),
    });
    expect((fits.data as { regions: unknown[] }).regions).toHaveLength(120);
    expect(eventWith({ wave: 1, all: Array.from({ length: 9000 }, () => LONG) }).data).toEqual({
      wave: 1,
      omitted: ["all"],
    });
  });

  it("says what is short as it is", () => {
    const data = { message: "a".repeat(4000), list: [1, null, true, { deep: "text" }] };
    expect(eventWith(data).data).toEqual(data);
  });
});
