/** Something that a person can mend or should know: shown without a stack trace. */
export class DemoError extends Error {
  constructor(
    message: string,
    /** Exit code of the program: 1 for what went wrong, 2 for a wrong command line. */
    readonly exitCode = 1,
  ) {
    super(message);
  }
}
