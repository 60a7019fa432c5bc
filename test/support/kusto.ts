/** Microsoft's own parser of the alerts' language: it puts itself into the globals, and needs to be loaded in this order. */
import "@kusto/language-service-next/bridge.min.js";
import "@kusto/language-service-next/Kusto.Language.Bridge.min.js";

/** As much of the parser as is asked for. */
interface Parser {
  Kusto: {
    Language: {
      GlobalState: { Default: Globals };
      KustoCode: { ParseAndAnalyze: (text: string, globals: Globals) => Analyzed };
      Symbols: {
        TableSymbol: { $ctor7: new (name: string, schema: string, says: null) => object };
        DatabaseSymbol: { $ctor1: new (name: string, members: object[], open: boolean) => object };
      };
    };
  };
  Bridge: { getEnumerator: (list: object) => { moveNext: () => boolean; Current: Diagnostic } };
}
interface Globals {
  WithDatabase: (database: object) => Globals;
}
interface Analyzed {
  GetDiagnostics: () => object;
}
interface Diagnostic {
  Severity: string;
  Code: string;
  Message: string;
  Start: number;
}

/** https://learn.microsoft.com/azure/azure-monitor/reference/tables/apptraces */
const APP_TRACES = `(TenantId: string, TimeGenerated: datetime, Message: string, SeverityLevel: int, Properties: dynamic,
  Measurements: dynamic, OperationName: string, OperationId: string, ParentId: string, SyntheticSource: string,
  SessionId: string, UserId: string, UserAuthenticatedId: string, UserAccountId: string, AppVersion: string,
  AppRoleName: string, AppRoleInstance: string, ClientType: string, ClientModel: string, ClientOS: string,
  ClientIP: string, ClientCity: string, ClientStateOrProvince: string, ClientCountryOrRegion: string,
  ClientBrowser: string, ResourceGUID: string, IKey: string, SDKVersion: string, ItemCount: int,
  ReferencedItemId: string, ReferencedType: string, SourceSystem: string, Type: string, _ResourceId: string)`;

const { Kusto, Bridge } = globalThis as unknown as Parser;
const { GlobalState, KustoCode, Symbols } = Kusto.Language;
const workspace = GlobalState.Default.WithDatabase(
  new Symbols.DatabaseSymbol.$ctor1(
    "workspace",
    [new Symbols.TableSymbol.$ctor7("AppTraces", APP_TRACES, null)],
    false,
  ),
);

/** What Kusto finds wrong with a query of the workspace: syntax, names, types. */
export function mistakesOf(query: string): string[] {
  const found = Bridge.getEnumerator(KustoCode.ParseAndAnalyze(query, workspace).GetDiagnostics());
  const mistakes: string[] = [];
  while (found.moveNext()) {
    const { Severity, Code, Message, Start } = found.Current;
    mistakes.push(`${Severity} ${Code} at ${Start}: ${Message}`);
  }
  return mistakes;
}
