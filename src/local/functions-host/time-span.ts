const PATTERN = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;

/**
 * Reads a .NET TimeSpan, `[d.]hh:mm[:ss[.fffffff]]`.
 * @returns milliseconds, or undefined when the text isn't one.
 */
export function parseTimeSpan(text: string): number | undefined {
  const match = PATTERN.exec(text.trim());
  if (!match) return undefined;
  const [, sign, days = "0", hours = "0", minutes = "0", seconds = "0", fraction = ""] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const wholeSeconds =
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const ms = wholeSeconds * 1000 + Number(fraction.padEnd(7, "0")) / 10_000;
  return sign ? -ms : ms;
}

/** Milliseconds as .NET writes a TimeSpan, `[d.]hh:mm:ss[.fffffff]`. */
export function formatTimeSpan(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const days = Math.floor(seconds / 86_400);
  const [hours, minutes, rest] = [seconds / 3600, seconds / 60, seconds].map((value, index) =>
    String(Math.floor(value) % (index === 0 ? 24 : 60)).padStart(2, "0"),
  );
  const fraction = Math.round((ms % 1000) * 10_000);
  return [
    days > 0 ? `${days}.` : "",
    `${hours}:${minutes}:${rest}`,
    fraction > 0 ? `.${String(fraction).padStart(7, "0")}` : "",
  ].join("");
}
