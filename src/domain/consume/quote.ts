/**
 * Values as literals of the language that they stand in. Azure's names reach these texts, and a
 * person pastes the texts into a shell: nothing in a value may end its literal.
 */

/** A literal for bash and other POSIX shells: nothing is special in single quotes but their end. */
export const bashLiteral = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** PowerShell ends a single-quoted text at typographic quotes as well; each is doubled. */
export const powerShellLiteral = (value: string): string =>
  `'${value.replace(/['\u2018\u2019\u201a\u201b]/g, "$&$&")}'`;

/** Bicep escapes with backslashes, and interpolates `${…}` in every text. */
export const bicepLiteral = (value: string): string =>
  `'${value.replace(/\\|'|\$(?=\{)/g, String.raw`\$&`)}'`;
