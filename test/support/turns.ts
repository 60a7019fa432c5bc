/** Lets the event loop turn `count` times: whatever doesn't wait for time or input has happened then. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
