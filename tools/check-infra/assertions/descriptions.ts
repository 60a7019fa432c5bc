import { basename } from "node:path";
import type { Described, Shape, Template } from "../evidence";

/**
 * Every parameter of a template and of its modules, and every member of their types, says whether it has to be given,
 * and every output what it is, as Azure Verified Modules do.
 */
export function undescribed(template: Template, where = "main"): string[] {
  const parameters = Object.entries(template.parameters ?? {}).flatMap(([name, parameter]) => [
    ...wrongly(`${where}: the parameter ${name}`, parameter, "defaultValue" in parameter),
    ...membersOf(`${where}: the member ${name}`, parameter),
  ]);
  const types = Object.entries(template.definitions ?? {}).flatMap(([name, type]) =>
    membersOf(`${fileOf(type) ?? where}: the member ${name}`, type),
  );
  const outputs = Object.entries(template.outputs ?? {})
    .filter(([, output]) => textOf(output) === "")
    .map(([name]) => `${where}: the output ${name} isn't described`);
  const modules = Object.entries(template.resources ?? {}).flatMap(([name, { properties }]) =>
    properties?.template === undefined ? [] : undescribed(properties.template, `${where}/${name}`),
  );
  const purpose =
    template.metadata?.description === undefined ? [`${where} doesn't say what it is for`] : [];
  // A type stands in each template that imports it.
  return [...new Set([...parameters, ...types, ...outputs, ...purpose, ...modules])];
}

const textOf = ({ metadata }: Described): string => metadata?.description ?? "";

/** The file that a type comes from; each importer has a path of its own to it. */
function fileOf({ metadata }: Described): string | undefined {
  const from = metadata?.["__bicep_imported_from!"]?.sourceTemplate;
  return from === undefined ? undefined : basename(from);
}

function wrongly(what: string, shape: Shape, hasDefault = false): string[] {
  const wanted = hasDefault || shape.nullable === true ? "Optional." : "Required.";
  return textOf(shape).startsWith(`${wanted} `) ? [] : [`${what} isn't described as ${wanted}`];
}

/** What is wrong with the members of a type, and with theirs. */
const membersOf = (what: string, { properties = {}, items }: Shape): string[] => [
  ...Object.entries(properties).flatMap(([name, member]) => [
    ...wrongly(`${what}.${name}`, member),
    ...membersOf(`${what}.${name}`, member),
  ]),
  ...(items === undefined ? [] : membersOf(`${what}[]`, items)),
];
