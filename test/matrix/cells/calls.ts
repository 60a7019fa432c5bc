import type { Point, Row } from "../model";
import { POINTS } from "../points";
import { throttling, troubling } from "../strikes";
import {
  at,
  cannot,
  DELETE_POINTS,
  passes,
  PUT_POINTS,
  refused,
  WITHOUT_PUT,
  type Entries,
} from "./families";

const EVERYWHERE = POINTS.map(({ key }) => key);

/** Row 23. */
export const policy = (row: Row): Entries => ({
  ...WITHOUT_PUT,
  plan: cannot("notRead"),
  // Its effect can be denyAction, too, which is about deletes.
  ...at([...PUT_POINTS, ...DELETE_POINTS, "verification"], refused(row)),
});

/** Rows 24 and 25: as long as Azure asks. */
export const throttled = (style: "arm" | "compute", retryAfter: number) => (): Entries =>
  at(EVERYWHERE, (point: Point) => ({
    ...passes(
      point,
      [throttling(point, style, retryAfter)],
      {},
      `waits the ${retryAfter} seconds, twice`,
    ),
    retryAfter,
  }));

/** Row 26: all of them, one after the other. */
export const trouble = (): Entries =>
  at(EVERYWHERE, (point: Point) => passes(point, [troubling(point)], {}, "backs off"));
