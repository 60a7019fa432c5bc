import { readFileSync } from "node:fs";
import { AzureNamedKeyCredential, TableClient } from "@azure/data-tables";
import type { FailureRow, Rows, RunRow } from "../evidence";
import type { Endpoints } from "./chaos-stack";
import { insist } from "./elapse";

/** Azurite's account and key, published by Microsoft: a secret to nobody. */
export const ACCOUNT = "devstoreaccount1";
export const KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** The app's tables, read with a client of its own; a table that isn't there yet is empty. */
export class Tables {
  readonly #client: (name: string) => TableClient;

  constructor({ tableEndpoint, armCaFile }: Pick<Endpoints, "tableEndpoint" | "armCaFile">) {
    const credential = new AzureNamedKeyCredential(ACCOUNT, KEY);
    const tlsOptions = { ca: readFileSync(armCaFile) };
    this.#client = (name) => new TableClient(tableEndpoint, name, credential, { tlsOptions });
  }

  rows(): Promise<Rows> {
    return insist(() => this.#read());
  }

  async #read(): Promise<Rows> {
    const [publications, runs, requests, failures] = await Promise.all([
      this.#all<Rows["publications"][number]>("publications"),
      this.#all<RunRow>("runs"),
      this.#all<Rows["requests"][number]>("requests"),
      this.#all<FailureRow>("failures"),
    ]);
    // The failures' table has another partition, of when something was seen first.
    return { publications, runs, requests, failures: failures.filter(({ kind }) => kind) };
  }

  async #all<T extends object>(name: string): Promise<T[]> {
    const rows: T[] = [];
    try {
      for await (const row of this.#client(name).listEntities<T>()) rows.push(row);
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    }
    return rows;
  }
}
