import fc from "fast-check";
import { bashLiteral, bicepLiteral, powerShellLiteral } from "../../../../src/domain/consume/quote";

/** What a text is to its language, read by that language's own rule; undefined when it isn't one. */
type Reader = (literal: string) => string | undefined;

/** One word of single-quoted parts and `\'`. */
const readBash: Reader = (literal) =>
  /^('[^']*'|\\')+$/.test(literal)
    ? literal.replace(/'([^']*)'|\\'/g, (_, part: string | undefined) => part ?? "'")
    : undefined;

/** PowerShell takes five characters for a single quote; two of them in a row are the first. */
const readPowerShell: Reader = (literal) => {
  const inside = literal.slice(1, -1);
  const pairs = inside.replace(/['‘’‚‛]['‘’‚‛]/g, "");
  return /['‘’‚‛]/.test(pairs) ? undefined : inside.replace(/(['‘’‚‛])['‘’‚‛]/g, "$1");
};

const readBicep: Reader = (literal) => {
  const match = /^'((?:[^'\\$\n]|\$(?!\{)|\\['\\$])*)'$/.exec(literal);
  return match?.[1]?.replace(/\\(['\\$])/g, "$1");
};

/** Printable text, with what is special to one of the three languages more often than by chance. */
const hostile = fc
  .array(fc.oneof(fc.constantFrom(..."'\"`$\\{}()‘’‚‛;&|!#@ "), fc.string({ maxLength: 3 })))
  .map((parts) => parts.join(""));

const LANGUAGES: [string, (value: string) => string, Reader][] = [
  ["bash", bashLiteral, readBash],
  ["PowerShell", powerShellLiteral, readPowerShell],
  ["Bicep", bicepLiteral, readBicep],
];

test.each(LANGUAGES)("any text comes back from its %s literal", (_, literal, read) => {
  fc.assert(
    fc.property(hostile, (value) => {
      expect(read(literal(value))).toBe(value);
    }),
    { seed: 20_261_124, numRuns: 500 },
  );
});

test.each([
  ["bash", bashLiteral("it's $(x)"), String.raw`'it'\''s $(x)'`],
  ["PowerShell", powerShellLiteral("a'b’c $x"), "'a''b’’c $x'"],
  ["Bicep", bicepLiteral("a'b\\c ${d} $e"), String.raw`'a\'b\\c \${d} $e'`],
])("what would end a %s literal is escaped", (_, literal, expected) => {
  expect(literal).toBe(expected);
});
