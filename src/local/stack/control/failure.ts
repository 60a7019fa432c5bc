/** Exit codes of `npm run stack`, for scripts. */
export const EXIT = {
  ok: 0,
  /** Something that should run doesn't, or the command could not be carried out. */
  failed: 1,
  /** A mistake in the command line. */
  usage: 2,
  /** No stack runs in that directory. */
  notRunning: 3,
} as const;

/** Something that a person can mend: shown as one line, without a stack trace. */
export class ControlError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
  ) {
    super(message);
  }
}

/** A mistake in the command line. */
export const mistake = (message: string): ControlError => new ControlError(message, EXIT.usage);
