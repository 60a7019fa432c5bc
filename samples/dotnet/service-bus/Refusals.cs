using System.Transactions;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;

namespace ServiceBusPoints;

using Check = (string Name, Func<Bus, Task> Work);

/// <summary>What isn't there, or isn't supported, is told by name.</summary>
public static class Refusals
{
    public static IEnumerable<Check> Checks =>
    [
        ("an unknown entity is MessagingEntityNotFound and named, for sending, batches, receiving, peeking", UnknownEntity),
        ("sessions on a queue without them are refused", Sessions),
        ("transactions are refused, and nothing is sent", Transactions),
        ("rules can't be made by a client", Rules),
        ("receiving from a topic is refused", TopicAsSource),
    ];

    private static async Task UnknownEntity(Bus bus)
    {
        await using var sender = bus.Client.CreateSender("nowhere");
        await using var receiver = bus.Client.CreateReceiver("nowhere");
        await using var subscription = bus.Client.CreateReceiver(Bus.News, "nobody");
        foreach (var (attempt, name) in new (Func<Task>, string)[]
        {
            (() => sender.SendMessageAsync(new ServiceBusMessage("x")), "nowhere"),
            (async () => await sender.CreateMessageBatchAsync(), "nowhere"),
            (() => sender.ScheduleMessageAsync(new ServiceBusMessage("x"), DateTimeOffset.UtcNow), "nowhere"),
            (() => receiver.ReceiveMessageAsync(), "nowhere"),
            (() => receiver.PeekMessageAsync(), "nowhere"),
            (() => subscription.ReceiveMessageAsync(), "nobody"),
        })
        {
            var refused = await Expect.Throws<ServiceBusException>(attempt);
            Expect.Equal(ServiceBusFailureReason.MessagingEntityNotFound, refused.Reason, "reason");
            if (!refused.Message.Contains(name)) throw new PointFailed($"'{refused.Message}' doesn't name {name}");
        }
    }

    private static async Task Sessions(Bus bus)
    {
        await Expect.Throws<InvalidOperationException>(() => bus.Client.AcceptNextSessionAsync(Bus.Queue));
        var refused = await Expect.Throws<InvalidOperationException>(
            () => bus.Client.AcceptSessionAsync(Bus.Queue, "s1"));
        if (!refused.Message.Contains("Sessions")) throw new PointFailed(refused.Message);
    }

    private static async Task Transactions(Bus bus)
    {
        await using var sender = bus.Client.CreateSender(Bus.Queue);
        await Expect.Throws<Exception>(async () =>
        {
            using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
            await sender.SendMessageAsync(new ServiceBusMessage("in a transaction"));
            scope.Complete();
        });
        await using var receiver = bus.Client.CreateReceiver(Bus.Queue);
        await Bus.ExpectNone(receiver);
    }

    private static async Task Rules(Bus bus)
    {
        await using var rules = bus.Client.CreateRuleManager(Bus.News, "all");
        var refused = await Expect.Throws<NotSupportedException>(
            () => rules.CreateRuleAsync("mine", new SqlRuleFilter("1=1")));
        if (!refused.Message.Contains("add-rule")) throw new PointFailed(refused.Message);
    }

    private static async Task TopicAsSource(Bus bus)
    {
        await using var receiver = bus.Client.CreateReceiver(Bus.News);
        var refused = await Expect.Throws<InvalidOperationException>(() => receiver.ReceiveMessageAsync());
        if (!refused.Message.Contains(Bus.News)) throw new PointFailed(refused.Message);
    }
}
