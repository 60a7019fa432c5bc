import type { GalleryImageVersion, TargetRegion } from "@azure/arm-compute";
import type { ArmFixture } from "../arm-fixture";
import { idOf } from "./world";

/** Where a version is tried: the definition `MyImage` unless said otherwise. */
export interface Place {
  definition?: string;
  version?: string;
}

/** What the service answered, and where it said so. */
export interface Observation {
  when: "PUT" | "operation" | "region status" | "DELETE" | "accepted";
  status?: number;
  code?: string;
  message?: string;
}

/** Longer than any copy in the world takes. */
const LONG_SECONDS = 50_000;

/** The body of a version, in the SDK's model; from `myImage` unless a source is given. */
export function body(
  targetRegions: TargetRegion[],
  { profile = {}, ...more }: Partial<GalleryImageVersion> & { profile?: object } = {},
): GalleryImageVersion {
  return {
    location: "westus",
    storageProfile: { source: { id: idOf("images", "myImage") } },
    ...more,
    publishingProfile: { targetRegions, ...profile },
  };
}

/** The bare SDK, without a rule of anybody's in front of it. */
export class Bench {
  #count = 0;

  constructor(readonly arm: ArmFixture) {}

  nextVersion(): string {
    return `1.${++this.#count}.0`;
  }

  /** Sends the PUT and stays until it is accepted; `end` follows it to its end. */
  async begin(sent: GalleryImageVersion, place: Place = {}) {
    const { definition = "MyImage", version = this.nextVersion() } = place;
    const names = ["myResourceGroup", "MyGallery", definition, version] as const;
    const { galleryImageVersions } = this.arm.client();
    const poller = galleryImageVersions.createOrUpdate(...names, sent, { updateIntervalInMs: 1 });
    await poller.submitted();
    const end = async (): Promise<Observation> => {
      await this.arm.pass(LONG_SECONDS);
      try {
        await poller.pollUntilDone();
      } catch (error) {
        return { when: "operation", ...operationError(error) };
      }
      const read = await galleryImageVersions.get(...names, { expand: "ReplicationStatus" });
      const failed = read.replicationStatus?.summary?.find(({ state }) => state === "Failed");
      if (failed !== undefined) return { when: "region status", message: failed.details ?? "" };
      return { when: "accepted" };
    };
    return { end, version };
  }

  /** What becomes of a PUT. */
  async put(sent: GalleryImageVersion, place: Place = {}): Promise<Observation> {
    try {
      const { end } = await this.begin(sent, place);
      return await end();
    } catch (error) {
      return { when: "PUT", ...factsOf(error) };
    }
  }

  /** What becomes of a PUT on a version that exists. */
  async update(
    before: GalleryImageVersion,
    sent: GalleryImageVersion,
    { definition = "MyImage" }: Place = {},
  ): Promise<Observation> {
    const place = { definition, version: this.nextVersion() };
    await this.put(before, place);
    return await this.put(sent, place);
  }

  /** What becomes of a DELETE. */
  async remove(version: string): Promise<Observation> {
    const { galleryImageVersions } = this.arm.client();
    const names = ["myResourceGroup", "MyGallery", "MyImage", version] as const;
    try {
      const poller = galleryImageVersions.delete(...names, { updateIntervalInMs: 1 });
      await poller.submitted();
      await this.arm.pass(LONG_SECONDS);
      await poller.pollUntilDone();
      return { when: "accepted" };
    } catch (error) {
      return { when: "DELETE", ...factsOf(error) };
    }
  }
}

function factsOf(error: unknown): Omit<Observation, "when"> {
  const { statusCode, code, message } = error as {
    statusCode?: number;
    code?: string;
    message: string;
  };
  return {
    ...(statusCode === undefined ? {} : { status: statusCode }),
    ...(code === undefined ? {} : { code }),
    message,
  };
}

/** The SDK puts code and message of a failed operation into one sentence. */
function operationError(error: unknown): Omit<Observation, "when"> {
  const { message } = factsOf(error);
  const parts = /^The long-running operation has failed\. (\w+)\. (.*)$/s.exec(message ?? "");
  return { code: parts?.[1] ?? "", message: parts?.[2] ?? message ?? "" };
}
