using Azure.Messaging.ServiceBus;

namespace ServiceBusPoints;

/// <summary>The entities of world.yaml, and what the checks do with them again and again.</summary>
public sealed class Bus(ServiceBusClient client)
{
    public const string Queue = "points";
    public const string Crowd = "points-crowd";
    public const string Brief = "points-brief";
    public const string Once = "points-once";
    public const string News = "points-news";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AlmostAtOnce = TimeSpan.FromMilliseconds(300);

    public ServiceBusClient Client => client;

    public async Task Send(string entity, params ServiceBusMessage[] messages)
    {
        await using var sender = client.CreateSender(entity);
        await sender.SendMessagesAsync(messages);
    }

    /// <summary>The next message, which must come soon.</summary>
    public static async Task<ServiceBusReceivedMessage> Next(ServiceBusReceiver receiver) =>
        await receiver.ReceiveMessageAsync(Soon) ?? throw new PointFailed("no message came in 10 s");

    public static async Task ExpectNone(ServiceBusReceiver receiver)
    {
        var message = await receiver.ReceiveMessageAsync(AlmostAtOnce);
        if (message is not null) throw new PointFailed($"'{message.Body}' came, but nothing should");
    }

    public ServiceBusReceiver DeadLetters(string queue) =>
        client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

    public ServiceBusReceiver Taking(string queue) =>
        client.CreateReceiver(queue, new ServiceBusReceiverOptions
        {
            ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete,
        });

    /// <summary>Takes away what an earlier run has left.</summary>
    public async Task EmptyAll()
    {
        var receiveAndDelete = new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete };
        string[] queues = [Queue, Crowd, Brief, Once];
        string[] subscriptions = ["all", "failed", "west"];
        ServiceBusReceiver[] receivers =
        [
            .. queues.Select(Taking),
            .. queues.Select(queue => client.CreateReceiver($"{queue}/$DeadLetterQueue", receiveAndDelete)),
            .. subscriptions.Select(name => client.CreateReceiver(News, name, receiveAndDelete)),
        ];
        await Task.WhenAll(receivers.Select(async receiver =>
        {
            await using (receiver)
                while ((await receiver.ReceiveMessagesAsync(200, AlmostAtOnce)).Count > 0) { }
        }));
    }
}

public static class Liveness
{
    public static async Task QuietConnection(ServiceBusClient client)
    {
        await using var sender = client.CreateSender(Bus.Crowd);
        await sender.SendMessageAsync(new ServiceBusMessage("before"));
        await Task.Delay(TimeSpan.FromSeconds(40));
        await sender.SendMessageAsync(new ServiceBusMessage("after"));
    }
}
