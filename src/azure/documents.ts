import { RestError } from "@azure/core-rest-pipeline";
import type { BlobServiceClient } from "@azure/storage-blob";
import { answerWithin, DOCUMENTS_ANSWER_WITHIN_MS } from "./answer-within";

/** JSON documents in one blob container: requests, plans, outcomes, failures. */
export interface Documents {
  /** Writes or replaces; the same content twice is the same document. */
  write(path: string, value: unknown): Promise<void>;
  /**
   * The document; undefined when there is none.
   * @throws SyntaxError when it is no JSON in UTF-8
   */
  read<T>(path: string): Promise<T | undefined>;
}

/** People read these documents, but indenting a message of 100 MB would outgrow a string. */
const INDENTED_CHARACTERS = 1_000_000;

const CONTAINER = "gallery-publisher";

/** @param withinMs every call throws that storage hasn't answered by then */
export function createDocuments(
  service: BlobServiceClient,
  withinMs = DOCUMENTS_ANSWER_WITHIN_MS,
): Documents {
  const options = () => answerWithin(withinMs);
  const container = service.getContainerClient(CONTAINER);
  let ready: Promise<unknown> | undefined;
  const ensure = async (): Promise<void> => {
    ready ??= container.createIfNotExists(options());
    try {
      await ready;
    } catch (error) {
      ready = undefined; // the next call tries again
      throw error;
    }
  };
  return {
    async write(path, value) {
      await ensure();
      const compact = JSON.stringify(value);
      const text = compact.length > INDENTED_CHARACTERS ? compact : JSON.stringify(value, null, 2);
      await container.getBlockBlobClient(path).upload(text, Buffer.byteLength(text), {
        ...options(),
        blobHTTPHeaders: { blobContentType: "application/json" },
      });
    },
    async read<T>(path: string) {
      await ensure();
      try {
        const content = await container
          .getBlockBlobClient(path)
          .downloadToBuffer(0, undefined, options());
        return JSON.parse(textOf(content)) as T;
      } catch (error) {
        if (error instanceof RestError && error.statusCode === 404) return undefined;
        throw error;
      }
    },
  };
}

/** A byte order mark, which people's editors write, is passed over (RFC 8259, section 8.1). */
function textOf(content: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    throw new SyntaxError("its bytes aren't UTF-8");
  }
}
