import type { ComputeManagementClient, GalleryImageVersion } from "@azure/arm-compute";
import { RestError } from "@azure/core-rest-pipeline";
import type { ArmFixture } from "../support/arm-fixture";
import { VERSIONS, type Write } from "./steps";

const PLACE = ["myResourceGroup", "MyGallery", "MyImage"] as const;

/** What a call came to. */
export type Outcome =
  | { kind: "accepted"; operation: string | undefined }
  | { kind: "refused"; status: number; code: string | undefined };

/** A client of the real SDK, and what it read last of each version. */
export class Writer {
  readonly #read: (GalleryImageVersion | undefined)[] = [];
  #connection: { arm: ArmFixture; client: ComputeManagementClient } | undefined;

  /** One client for as long as the stand-in runs. */
  #versions(arm: ArmFixture): ComputeManagementClient["galleryImageVersions"] {
    if (this.#connection?.arm !== arm) this.#connection = { arm, client: arm.client() };
    return this.#connection.client.galleryImageVersions;
  }

  lastRead(version: Write["version"]): GalleryImageVersion | undefined {
    return this.#read[version];
  }

  async read(arm: ArmFixture, version: Write["version"]): Promise<void> {
    this.#read[version] = await this.#versions(arm)
      .get(...PLACE, VERSIONS[version])
      .catch((error: unknown) => {
        if (refusal(error).status === 404) return undefined;
        throw error;
      });
  }

  /** Sends exactly one PUT or PATCH. */
  write(arm: ArmFixture, write: Write, body: GalleryImageVersion): Promise<Outcome> {
    const versions = this.#versions(arm);
    const path = [...PLACE, VERSIONS[write.version]] as const;
    return outcomeOf((onResponse) =>
      write.verb === "PUT"
        ? versions.createOrUpdate(...path, body, { onResponse }).submitted()
        : versions.update(...path, body, { onResponse }).submitted(),
    );
  }

  delete(arm: ArmFixture, version: Write["version"]): Promise<Outcome> {
    const versions = this.#versions(arm);
    return outcomeOf((onResponse) =>
      versions.delete(...PLACE, VERSIONS[version], { onResponse }).submitted(),
    );
  }
}

type OnResponse = (response: { headers: { get(name: string): string | undefined } }) => void;

async function outcomeOf(send: (onResponse: OnResponse) => Promise<void>): Promise<Outcome> {
  let operation: string | undefined;
  try {
    await send(({ headers }) => {
      operation ??= headers.get("azure-asyncoperation");
    });
  } catch (error) {
    return { kind: "refused", ...refusal(error) };
  }
  return { kind: "accepted", operation };
}

/** @throws what isn't an answer of the service */
function refusal(error: unknown): { status: number; code: string | undefined } {
  if (!(error instanceof RestError) || error.statusCode === undefined) throw error;
  return { status: error.statusCode, code: error.code };
}
