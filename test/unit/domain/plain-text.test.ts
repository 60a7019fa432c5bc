import { isPlain, plainText } from "../../../src/domain/plain-text";

test.each([
  ["a line break that would forge a log line", "a\nINFO all is well", "a\\u000aINFO all is well"],
  ["an escape sequence of a terminal", "\u001b[2J", "\\u001b[2J"],
  ["text that runs backwards", "a\u202eb", "a\\u202eb"],
  ["half of a surrogate pair", "a\ud83d", "a\\ud83d"],
  ["a line separator", "a\u2028b", "a\\u2028b"],
  ["an invisible character outside the basic plane", "\u{E0001}", "\\udb40\\udc01"],
])("%s is shown, not carried out", (_name, text, shown) => {
  expect(plainText(text)).toBe(shown);
  expect(isPlain(text)).toBe(false);
  expect(isPlain(shown)).toBe(true);
});

test.each(["myImage", "Ünïcode 💥 日本", 'a "quoted" \\ text', ""])("%j stays as it is", (text) => {
  expect(plainText(text)).toBe(text);
  expect(isPlain(text)).toBe(true);
});

test("what is too long is cut, and the cut leaves no half of a character", () => {
  expect(plainText("abcdef", 3)).toBe("abc…");
  expect(isPlain(plainText("ab💥", 3))).toBe(true);
});
