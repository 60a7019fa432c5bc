import { keyReader } from "./rows/key-reader";
import { reader } from "./rows/reader";
import { builder } from "./rows/schedules";
import { sources } from "./rows/sources";
import { verifier } from "./rows/verifier";
import { writer } from "./rows/writer";
import type { Need } from "./support/need";

/** Why each action stands in its role: what ends otherwise without it. */
export const NEEDS: readonly Need[] = [
  ...reader,
  ...writer,
  ...sources,
  ...verifier,
  ...keyReader,
  ...builder,
];
