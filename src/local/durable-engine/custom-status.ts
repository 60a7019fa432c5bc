const LIMIT_KB = 16;
const BYTES_PER_KB = 1024;

/**
 * Why a custom status (JSON text) is too big; undefined: it isn't. Azure counts whole kilobytes of
 * UTF-16, so that almost 17 pass; the strict engine stops at 16.
 */
export function customStatusObjection(json: string, strict: boolean): string | undefined {
  const sizeKb = (json.length * 2) / BYTES_PER_KB;
  if ((strict ? sizeKb : Math.floor(sizeKb)) <= LIMIT_KB) return undefined;
  return `The UTF-16 size of the JSON-serialized payload must not exceed ${LIMIT_KB} KB. The current payload size is ${Math.floor(sizeKb)} KB.`;
}
