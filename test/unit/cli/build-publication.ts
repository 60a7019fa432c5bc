import type { Failure, Publication, Region } from "../../../src/cli/api-types";

/** The start of all times in these tests. */
export const START = Date.parse("2026-11-24T12:00:00Z");

export const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

export function buildRegion(name: string, more: Partial<Region> = {}): Region {
  return { name, state: "replicating", progress: 50, wave: 1, ...more };
}

export function buildPublication(more: Partial<Publication> = {}): Publication {
  return {
    id: "mygallery-myimage-1.0.0-abc",
    requestId: "r1",
    image: {
      subscriptionId: "s",
      resourceGroup: "myResourceGroup",
      gallery: "MyGallery",
      definition: "MyImage",
      version: "1.0.0",
      location: "westus",
      id: "/subscriptions/s/…/versions/1.0.0",
    },
    state: "publishing",
    startedAt: at(0),
    updatedAt: at(0),
    regions: [buildRegion("westus"), buildRegion("eastus2")],
    ...more,
  };
}

export function buildFailure(more: Partial<Failure> = {}): Failure {
  return {
    id: "f1",
    recordedAt: at(0),
    kind: "run",
    state: "rejected",
    summary: "rejected",
    problems: [],
    regions: [],
    leftOver: [],
    ...more,
  };
}
