import type { RequestRules } from "../../src/domain/request/parse-request";
import type { ReadingCode } from "../../src/domain/problem-catalogue";
import { withMember } from "../../test/support/request-factory";
import type { Random } from "./random";

export type Json = Record<string, unknown>;
export type Path = (string | number)[];

/** A mistake that people make, and the code that must name it. */
export interface Mistake {
  code: ReadingCode;
  /** Where the mistake can only be made under other rules than the tests'. */
  rules?: Partial<RequestRules>;
  make: (request: Json, random: Random) => Json;
}

/** The regions of a request. */
export const regionsOf = (request: Json): Json[] =>
  Array.isArray(request["targetRegions"]) ? (request["targetRegions"] as Json[]) : [];

/** Sets a member at one of several places, chosen at random; places that aren't there are passed over. */
export function put(code: ReadingCode, paths: Path[], values: readonly unknown[]): Mistake {
  return {
    code,
    make: (request, random) => withMember(request, random.pick(paths), random.pick(values)),
  };
}

/** The same for a member of one region. */
export function putInRegion(code: ReadingCode, path: Path, values: readonly unknown[]): Mistake {
  return {
    code,
    make: (request, random) =>
      withMember(
        request,
        ["targetRegions", random.int(0, regionsOf(request).length - 1), ...path],
        random.pick(values),
      ),
  };
}
