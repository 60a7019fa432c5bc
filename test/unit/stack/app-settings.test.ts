import { readFileSync } from "node:fs";
import { appSettings } from "../../../src/local/stack/app-settings";
import { FIXED_PORTS } from "../../../src/local/stack/ports";
import { IDENTITY_HEADER } from "../../../src/local/stack/programs";

const account = (port: number): string => `https://127.0.0.1:${port}/devstoreaccount1`;

test("local.settings.sample.json has the settings of a stack on its fixed ports", () => {
  const sample: unknown = JSON.parse(readFileSync("local.settings.sample.json", "utf8"));
  expect(sample).toEqual({
    IsEncrypted: false,
    Values: appSettings({
      armUrl: `https://127.0.0.1:${FIXED_PORTS.arm}`,
      subscriptionIds: ["00000000-0000-0000-0000-000000000000"],
      caFile: ".local/certificates/ca.pem",
      identityEndpoint: `http://127.0.0.1:${FIXED_PORTS.identity}/msi/token`,
      identityHeader: IDENTITY_HEADER,
      identityClientId: "33333333-3333-3333-3333-333333333333",
      serviceBusConnectionString: `Endpoint=sb://127.0.0.1:${FIXED_PORTS.serviceBus};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=local;UseDevelopmentEmulator=true`,
      blobEndpoint: account(FIXED_PORTS.blob),
      queueEndpoint: account(FIXED_PORTS.queue),
      tableEndpoint: account(FIXED_PORTS.table),
    }),
  });
});
