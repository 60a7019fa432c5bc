import { foldCase } from "../fold-case";
import { plainText } from "../plain-text";
import { problem, type Problem } from "../problem";
import { jsonPath } from "./json-path";

/** Azure's limits on the tags of a resource (documentation, "Tag limitations"). */
const MOST_TAGS = 50;
const LONGEST_NAME = 512;
const LONGEST_VALUE = 256;
const FORBIDDEN = /[<>%&\\?/]/;

/** Names by which runs know their own writes again; a request can't forge them, nor take their room. */
const OURS = "gallery-publisher-";
const KEPT_FOR_RUNS = 4;

type Tags = Readonly<Record<string, string>>;

/** Tags that a version can't have, each at its own place. */
export function tagProblems(tags: Tags = {}): Problem[] {
  const path = ["tags"];
  const most = MOST_TAGS - KEPT_FOR_RUNS;
  const count = Object.keys(tags).length;
  const tooMany =
    count <= most
      ? []
      : [
          invalidTag(
            path,
            `${count} tags; Azure takes ${MOST_TAGS}, and ${KEPT_FOR_RUNS} are kept for the marks of runs`,
            `leave at most ${most}; several values can stand in one tag`,
          ),
        ];
  const reserved = Object.keys(tags)
    .filter((name) => foldCase(name).startsWith(OURS))
    .map((name) =>
      invalidTag(
        [...path, name],
        `tags whose names start with "${OURS}" are the marks of runs`,
        "rename the tag",
      ),
    );
  return [...tooMany, ...reserved, ...invalidTags(tags, path)];
}

/**
 * Tags that no resource can have.
 * @param path of the tags in the request
 */
export function invalidTags(tags: Tags = {}, path: readonly string[]): Problem[] {
  const first = new Map<string, string>();
  return Object.entries(tags).flatMap(([name, value]) => {
    const at = [...path, name];
    const twin = first.get(foldCase(name));
    first.set(foldCase(name), twin ?? name);
    const found = [
      ...(twin === undefined
        ? []
        : [`it is "${shown(twin)}" in another case, which Azure doesn't tell apart`]),
      ...nameFaults(name),
      ...(value.length > LONGEST_VALUE
        ? [`its value has ${value.length} characters, at most ${LONGEST_VALUE} are taken`]
        : []),
    ];
    return found.map((fault) => invalidTag(at, `the tag "${shown(name)}": ${fault}`, "correct it"));
  });
}

function nameFaults(name: string): string[] {
  return [
    ...(name.trim() === "" ? ["a tag has a name"] : []),
    ...(name.length > LONGEST_NAME
      ? [`its name has ${name.length} characters, at most ${LONGEST_NAME} are taken`]
      : []),
    ...(FORBIDDEN.test(name) ? ["a name has none of < > % & \\ ? /"] : []),
  ];
}

const SHOWN = 100;
const shown = (name: string): string => plainText(name, SHOWN);

const invalidTag = (path: readonly string[], message: string, action: string): Problem =>
  problem(jsonPath(path), "InvalidTag", message, action);
