import type { BlobServiceClient } from "@azure/storage-blob";
import { RestError } from "@azure/core-rest-pipeline";
import { createDocuments } from "../../../src/azure/documents";

function container(refuse: (call: string) => void = () => undefined) {
  const blobs = new Map<string, Buffer>();
  const calls: string[] = [];
  const called = (name: string): void => {
    calls.push(name);
    refuse(name);
  };
  const service = {
    getContainerClient: () => ({
      createIfNotExists: async () => called("create"),
      getBlockBlobClient: (path: string) => ({
        upload: async (text: string, length: number) => {
          called("upload");
          blobs.set(path, Buffer.from(text, "utf8").subarray(0, length));
        },
        downloadToBuffer: async () => {
          called("download");
          const blob = blobs.get(path);
          if (blob === undefined) throw new RestError("no blob", { statusCode: 404 });
          return blob;
        },
      }),
    }),
  };
  return { ...createDocuments(service as unknown as BlobServiceClient), calls, blobs };
}

test("a document comes back as it was written, with letters of every alphabet", async () => {
  const documents = container();
  const document = { summary: "Schlüssel 鍵 🔑", regions: [1, 2] };
  await documents.write("a/b.json", document);
  expect(await documents.read("a/b.json")).toEqual(document);
});

test("a byte order mark before a document is passed over", async () => {
  const documents = container();
  documents.blobs.set("a.json", Buffer.from('\uFEFF{"schedules":[]}', "utf8"));
  expect(await documents.read("a.json")).toEqual({ schedules: [] });
});

test("bytes that aren't UTF-8 are no document: read as other characters they would reach Azure", async () => {
  const documents = container();
  documents.blobs.set("a.json", Buffer.from('{"tag":"M\u00fcller"}', "latin1"));
  await expect(documents.read("a.json")).rejects.toThrow(SyntaxError);
});

test("a document that isn't there is undefined, another refusal is thrown", async () => {
  expect(await container().read("a.json")).toBeUndefined();
  const broken = container((call) => {
    if (call === "download") throw new RestError("busy", { statusCode: 503 });
  });
  await expect(broken.read("a.json")).rejects.toThrow("busy");
});

test("the container is made once, and again after a failure", async () => {
  let failures = 1;
  const documents = container((call) => {
    if (call === "create" && failures-- > 0) throw new Error("storage is away");
  });
  await expect(documents.write("a.json", 1)).rejects.toThrow("storage is away");
  await documents.write("a.json", 1);
  await documents.write("a.json", 2);
  expect(documents.calls).toEqual(["create", "create", "upload", "upload"]);
});

test("a document of many megabytes isn't indented, and comes back whole", async () => {
  const documents = container();
  const large = Array.from({ length: 400_000 }, (_, index) => [index]);
  await documents.write("large.json", large);
  expect(await documents.read("large.json")).toEqual(large);
});
