/** App settings: what Azure hands to an app as its environment. */
export type AppSettings = Readonly<Record<string, string | undefined>>;

/** A value of the app or of host.json that can't be used as it is; the message says what to do. */
export class SettingError extends Error {}

/**
 * Replaces each `%NAME%` by the app setting NAME.
 * @throws {SettingError} when a setting isn't there.
 */
export function resolveSettings(text: string, settings: AppSettings): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = findSetting(settings, name);
    if (value === undefined || value === "")
      throw new SettingError(`the app setting ${name} (named as %${name}%) is not set`);
    return value;
  });
}

/** An app setting by name; as in Azure a colon may be written as two underscores. */
export function findSetting(settings: AppSettings, name: string): string | undefined {
  return settings[name] ?? settings[name.replaceAll(":", "__")];
}

/** Whether the app setting `AzureWebJobs.<name>.Disabled` switches a function off. */
export function isDisabled(functionName: string, settings: AppSettings): boolean {
  const value =
    settings[`AzureWebJobs.${functionName}.Disabled`] ??
    settings[`AzureWebJobs__${functionName}__Disabled`];
  return value === "1" || value?.toLowerCase() === "true";
}
