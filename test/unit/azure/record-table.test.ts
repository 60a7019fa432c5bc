import type { TableClient } from "@azure/data-tables";
import { RestError } from "@azure/core-rest-pipeline";
import { createRecordTable } from "../../../src/azure/record-table";

type Row = { name: string; note?: string };
const status = (statusCode: number) => new RestError("refused", { statusCode });

function table(client: object) {
  return createRecordTable<Row>({
    createTable: async () => undefined,
    ...client,
  } as unknown as TableClient);
}

test("a row comes back as it was written, without the service's own columns", async () => {
  const rows = table({
    getEntity: async () => ({
      "odata.metadata": "https://storage/$metadata",
      partitionKey: "p",
      rowKey: "k",
      timestamp: "2026-11-24T12:00:00Z",
      etag: "W/1",
      name: "a",
    }),
  });
  expect(await rows.get("p", "k")).toEqual({ value: { name: "a" }, etag: "W/1" });
});

test("a row that isn't there is undefined, one that exists isn't inserted, one that changed isn't replaced", async () => {
  const rows = table({
    getEntity: async () => Promise.reject(status(404)),
    createEntity: async () => Promise.reject(status(409)),
    updateEntity: async () => Promise.reject(status(412)),
    deleteEntity: async () => Promise.reject(status(404)),
  });
  await rows.remove("p", "k");
  expect(await rows.get("p", "k")).toBeUndefined();
  expect(await rows.insert("p", "k", { name: "a" })).toBe(false);
  expect(await rows.replace("p", "k", { name: "a" }, "W/1")).toBe(false);
});

test.each([
  ...["a/b", "a\\b", "a#b", "a?b", "a\nb", "\u0000", "\u0085", "\ud800"],
  ...["x".repeat(513), "x".repeat(1500)],
])("there is no row by what can't be a key: %j", async (key) => {
  const rows = table({ getEntity: async () => Promise.reject(status(400)) });
  expect([await rows.get("p", key), await rows.get(key, "k")]).toEqual([undefined, undefined]);
});

test.each(["a b", "a'b", "é🔑", "x".repeat(512)])("a row by %j is read", async (key) => {
  const rows = table({ getEntity: async () => ({ etag: "W/1", name: "a" }) });
  expect(await rows.get(key, key)).toEqual({ value: { name: "a" }, etag: "W/1" });
});

test.each([404, 409, 412])("changes of which one is refused with %d are none", async (code) => {
  const rows = table({ submitTransaction: async () => Promise.reject(status(code)) });
  expect(await rows.changeTogether("p", [{ remove: "k" }])).toBe(false);
});

test("changes are made in one transaction, a replacement only of the row that was read", async () => {
  const sent: unknown[] = [];
  const rows = table({ submitTransaction: async (actions: unknown) => void sent.push(actions) });
  const changes = [
    { insert: { name: "new" }, key: "a" },
    { replace: { name: "b" }, key: "b", etag: "W/1" },
    { remove: "c" },
  ];
  expect(await rows.changeTogether("p", changes)).toBe(true);
  const of = (rowKey: string, value: object) => ({ ...value, partitionKey: "p", rowKey });
  expect(sent).toEqual([
    [
      ["create", of("a", { name: "new" })],
      ["update", of("b", { name: "b" }), "Replace", { etag: "W/1" }],
      ["delete", of("c", {})],
    ],
  ]);
});

test("any other refusal is thrown: a record must not be lost in silence", async () => {
  const refuse = async () => Promise.reject(status(503));
  const rows = table({
    getEntity: refuse,
    createEntity: refuse,
    updateEntity: refuse,
    upsertEntity: refuse,
    submitTransaction: refuse,
    deleteEntity: refuse,
  });
  await expect(rows.changeTogether("p", [{ remove: "k" }])).rejects.toThrow("refused");
  await expect(rows.remove("p", "k")).rejects.toThrow("refused");
  await expect(rows.get("p", "k")).rejects.toThrow("refused");
  await expect(rows.insert("p", "k", { name: "a" })).rejects.toThrow("refused");
  await expect(rows.replace("p", "k", { name: "a" }, "W/1")).rejects.toThrow("refused");
  await expect(rows.upsert("p", "k", { name: "a" })).rejects.toThrow("refused");
});

test("the table is made once, and again after a failure", async () => {
  let calls = 0;
  const rows = table({
    createTable: async () => {
      if (++calls === 1) throw status(503);
    },
    upsertEntity: async () => undefined,
  });
  await expect(rows.upsert("p", "k", { name: "a" })).rejects.toThrow("refused");
  await rows.upsert("p", "k", { name: "a" });
  await rows.upsert("p", "k", { name: "a" });
  expect(calls).toBe(2);
});

test("a list asks for one page of its partition and hands out the token of the next", async () => {
  const asked: unknown[] = [];
  const rows = table({
    listEntities: (options: unknown) => ({
      byPage: (page: unknown) => {
        asked.push(options, page);
        const found = Object.assign([{ partitionKey: "p", rowKey: "k", name: "a" }], {
          continuationToken: "next",
        });
        return [found];
      },
    }),
  });
  expect(
    await rows.list("it's", { filter: "name eq 'a'", limit: 5, continuation: "token" }),
  ).toEqual({
    rows: [{ name: "a" }],
    continuation: "next",
  });
  expect(asked).toEqual([
    {
      abortSignal: expect.any(AbortSignal),
      queryOptions: { filter: "PartitionKey eq 'it''s' and name eq 'a'" },
    },
    { maxPageSize: 5, continuationToken: "token" },
  ]);
});
