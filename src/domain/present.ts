type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** The members that have a value: what a request doesn't say, or Azure doesn't give, isn't there. */
export const present = <T extends object>(members: T): Present<T> =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Present<T>;
