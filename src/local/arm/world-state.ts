import type { ClockAnchor } from "./clock";
import type { FaultRecord } from "./faults/fault-book";
import type { JsonObject } from "./json";
import type { OperationRecord } from "./operations";
import type { VersionRecord } from "./image-version/version-record";
import type { KeyPermission } from "./key-permission";
import type { RecordStore } from "./state-store";

export interface SubscriptionRecord {
  key: string;
  subscriptionId: string;
  displayName: string;
  tenantId: string;
}

export interface ResourceGroupRecord {
  key: string;
  id: string;
  subscriptionId: string;
  name: string;
  location: string;
  tags?: JsonObject;
}

/** A resource as it is kept; `more` are members beside `properties`, such as `identity`. */
export interface ResourceRecord {
  /** Lower-case id. */
  key: string;
  id: string;
  name: string;
  /** In the service's own spelling. */
  type: string;
  location: string;
  tags?: JsonObject;
  more?: JsonObject;
  properties: JsonObject;
  /** ISO 8601, for who asks the Resource Manager. */
  createdAt?: string;
  /** Of a virtual machine; answered only when it is asked for. */
  instanceView?: { generalized: boolean };
  /** The operation in flight. */
  operation?: string;
}

/** A set that may use a key. */
export interface KeyGrant {
  /** Its id. */
  diskEncryptionSet: string;
  /** Service time from which on. */
  fromMs: number;
  permissions: KeyPermission[];
  /** It holds for every key of the vault. */
  ofVault?: boolean;
}

/** Whether a key, or a version of it, can be used. */
export interface KeyValidity {
  enabled: boolean;
  /** ISO 8601. */
  notBefore?: string | undefined;
  /** ISO 8601. */
  expires?: string | undefined;
}

/** A key of a key vault, as far as disk encryption sets use it. */
export interface KeyRecord extends KeyValidity {
  /** Its URL without a version, in lower case. */
  key: string;
  /** As in the Resource Manager. */
  id: string;
  name: string;
  vaultId: string;
  kty: string;
  /** In bits. */
  keySize: number;
  keyOps: string[];
  /** Earlier versions; absent means that any version is there, and like the current one. */
  versions?: ({ name: string } & KeyValidity)[] | undefined;
  /** Absent means every set. */
  grants?: KeyGrant[];
}

/** A deleted version that can still be restored, and whose number is taken until then. */
export interface SoftDeletedRecord {
  /** As the version's. */
  key: string;
  version: VersionRecord;
  /** ISO 8601. */
  softDeletedTime: string;
  /** Service time at which it is gone for good. */
  untilMs: number;
}

/** One row with what isn't a resource. */
export interface WorldNote {
  key: "world";
  /** SHA-256 of the world file that the state began with. */
  worldHash: string;
  clock: ClockAnchor;
  /** The speed that the program was started with; another one was chosen while it ran. */
  givenSpeed?: number;
}

/** Records by key, in memory, written through to the store by `WorldState.flush`. */
export class Table<T extends { key: string }> {
  readonly #records = new Map<string, T>();

  constructor(
    private readonly name: string,
    loaded: unknown[],
    private readonly changed: (table: string, key: string, record: T | undefined) => void,
  ) {
    // What is loaded was written by this program: its own state isn't input from outside.
    for (const record of loaded as T[]) this.#records.set(record.key, record);
  }

  get(key: string): T | undefined {
    return this.#records.get(key);
  }

  put(record: T): void {
    this.#records.set(record.key, record);
    this.changed(this.name, record.key, record);
  }

  delete(key: string): void {
    if (this.#records.delete(key)) this.changed(this.name, key, undefined);
  }

  all(): T[] {
    return [...this.#records.values()];
  }
}

/** Everything the service knows. A request changes tables, then `flush` keeps all of it or none. */
export class WorldState {
  readonly subscriptions: Table<SubscriptionRecord>;
  readonly groups: Table<ResourceGroupRecord>;
  readonly resources: Table<ResourceRecord>;
  readonly versions: Table<VersionRecord>;
  readonly operations: Table<OperationRecord>;
  readonly faults: Table<FaultRecord>;
  readonly notes: Table<WorldNote>;
  readonly keys: Table<KeyRecord>;
  readonly softDeleted: Table<SoftDeletedRecord>;
  #changes: { table: string; key: string; record: unknown }[] = [];

  constructor(private readonly store: RecordStore) {
    const changed = (table: string, key: string, record: unknown): void => {
      this.#changes.push({ table, key, record });
    };
    const open = <T extends { key: string }>(name: string): Table<T> =>
      new Table<T>(name, store.load(name), changed);
    this.subscriptions = open("subscriptions");
    this.groups = open("groups");
    this.resources = open("resources");
    this.versions = open("versions");
    this.operations = open("operations");
    this.faults = open("faults");
    this.notes = open("notes");
    this.keys = open("keys");
    this.softDeleted = open("softDeleted");
  }

  /** Any resource, versions included. */
  find(key: string): ResourceRecord | VersionRecord | undefined {
    return this.versions.get(key) ?? this.resources.get(key);
  }

  /** Resources nested directly or deeper in the one with this key. */
  nestedIn(key: string): (ResourceRecord | VersionRecord)[] {
    const inside = (record: { key: string }): boolean => record.key.startsWith(`${key}/`);
    return [...this.resources.all().filter(inside), ...this.versions.all().filter(inside)];
  }

  /** Removes everything in the resource group with this key. */
  deleteInside(key: string): void {
    const inside = (id: string): boolean => id.toLowerCase().startsWith(`${key}/`);
    for (const table of [this.resources, this.versions, this.softDeleted])
      for (const record of table.all()) if (inside(record.key)) table.delete(record.key);
    for (const record of this.keys.all()) if (inside(record.id)) this.keys.delete(record.key);
  }

  flush(): void {
    if (this.#changes.length === 0) return;
    const changes = this.#changes;
    this.#changes = [];
    this.store.write(changes);
  }

  close(): void {
    this.flush();
    this.store.close();
  }
}
