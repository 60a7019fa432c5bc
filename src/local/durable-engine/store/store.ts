/** Placeholder of the commit order: see the next commit. */
export interface Store {
  close(): void;
}
