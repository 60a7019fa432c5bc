// Drives a Service Bus with the official .NET client, one point after the other, and prints what
// passed. Usage: dotnet run -- [CONNECTION STRING]
using Azure.Messaging.ServiceBus;
using ServiceBusPoints;

var connectionString = args.Length > 0
    ? args[0]
    : "Endpoint=sb://127.0.0.1;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true";
await using var client = new ServiceBusClient(connectionString, new ServiceBusClientOptions
{
    RetryOptions = { MaxRetries = 1, TryTimeout = TimeSpan.FromSeconds(10) },
});
var bus = new Bus(client);
await bus.EmptyAll();

// It runs beside the others, because it takes longer than the client's idle time-out.
await using var quietClient = new ServiceBusClient(connectionString);
var quiet = Liveness.QuietConnection(quietClient);

var points = new Points(afterFailure: bus.EmptyAll);
foreach (var (name, check) in Sending.Checks.Concat(Receiving.Checks).Concat(Refusals.Checks))
    await points.Run(name, () => check(bus));
await points.Run("a connection that is quiet for 40 s lives on", () => quiet);
return points.Summary();
