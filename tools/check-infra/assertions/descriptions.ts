import type { Described, Template } from "../evidence";

/**
 * Every parameter of a template and of its modules says whether it has to be given, and every output what it
 * is, as Azure Verified Modules do.
 */
export function undescribed(template: Template, where = "main"): string[] {
  const parameters = Object.entries(template.parameters ?? {}).flatMap(([name, parameter]) => {
    const isOptional = "defaultValue" in parameter || parameter.nullable === true;
    const wanted = isOptional ? "Optional. " : "Required. ";
    return textOf(parameter).startsWith(wanted)
      ? []
      : [`${where}: the parameter ${name} isn't described as ${wanted.trim()}`];
  });
  const outputs = Object.entries(template.outputs ?? {})
    .filter(([, output]) => textOf(output) === "")
    .map(([name]) => `${where}: the output ${name} isn't described`);
  const modules = Object.entries(template.resources ?? {}).flatMap(([name, { properties }]) =>
    properties?.template === undefined ? [] : undescribed(properties.template, `${where}/${name}`),
  );
  const purpose =
    template.metadata?.description === undefined ? [`${where} doesn't say what it is for`] : [];
  return [...parameters, ...outputs, ...purpose, ...modules];
}

const textOf = ({ metadata }: Described): string => metadata?.description ?? "";
