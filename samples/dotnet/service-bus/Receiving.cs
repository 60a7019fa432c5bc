using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace ServiceBusPoints;

using Check = (string Name, Func<Bus, Task> Work);

/// <summary>Locks, settlements, and who gets what.</summary>
public static class Receiving
{
    public static IEnumerable<Check> Checks =>
    [
        ("peeking shows messages and takes none", Peek),
        ("a deferred message comes by its number, until it is settled", Deferred),
        ("a message can be dead-lettered with a reason", DeadLettered),
        ("a message that failed as often as allowed is dead-lettered", TooManyDeliveries),
        ("an expired message is dead-lettered", Expired),
        ("a renewed lock lasts longer", Renewed),
        ("a lost lock is MessageLockLost, for settling and for renewing", LockLost),
        ("a message is settled though its link is closed", SettledAfterwards),
        ("400 messages are received in portions, none counted twice", InPortions),
        ("40 receivers on one connection share 400 messages", FortyReceivers),
        ("a processor handles 200 messages 8 at a time", Processor),
    ];

    private static async Task Peek(Bus bus)
    {
        await bus.Send(Bus.Queue, new ServiceBusMessage("a"), new ServiceBusMessage("b"));
        await using var receiver = bus.Client.CreateReceiver(Bus.Queue);
        var held = await Bus.Next(receiver);
        Expect.Sequence(["a", "b"],
            (await receiver.PeekMessagesAsync(10, 1)).Select(message => message.Body.ToString()), "peeked");
        await receiver.CompleteMessageAsync(held);
        var second = await Bus.Next(receiver);
        Expect.Equal(held.SequenceNumber + 1, second.SequenceNumber, "sequence number");
        await receiver.CompleteMessageAsync(second);
        Expect.Equal(0, (await receiver.PeekMessagesAsync(10, 1)).Count, "left");
    }

    private static async Task Deferred(Bus bus)
    {
        await bus.Send(Bus.Queue, new ServiceBusMessage("aside"));
        await using var receiver = bus.Client.CreateReceiver(Bus.Queue);
        var message = await Bus.Next(receiver);
        await receiver.DeferMessageAsync(message, new Dictionary<string, object> { ["step"] = 1 });
        await Bus.ExpectNone(receiver);
        var deferred = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber);
        Expect.Equal("aside 1 Deferred",
            $"{deferred.Body} {deferred.ApplicationProperties["step"]} {deferred.State}", "deferred");
        await receiver.RenewMessageLockAsync(deferred);
        await receiver.AbandonMessageAsync(deferred);
        deferred = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber);
        await receiver.CompleteMessageAsync(deferred);
        var gone = await Expect.Throws<ServiceBusException>(
            () => receiver.ReceiveDeferredMessageAsync(message.SequenceNumber));
        Expect.Equal(ServiceBusFailureReason.MessageNotFound, gone.Reason, "reason");
    }

    private static async Task DeadLettered(Bus bus)
    {
        await bus.Send(Bus.Queue, new ServiceBusMessage("bad"));
        await using var receiver = bus.Client.CreateReceiver(Bus.Queue);
        await receiver.DeadLetterMessageAsync(await Bus.Next(receiver), "NotAdmitted", "no regions");
        await using var dead = bus.DeadLetters(Bus.Queue);
        var message = await Bus.Next(dead);
        Expect.Equal("bad NotAdmitted no regions points",
            $"{message.Body} {message.DeadLetterReason} {message.DeadLetterErrorDescription} {message.DeadLetterSource}",
            "dead letter");
        await dead.CompleteMessageAsync(message);
    }

    private static async Task TooManyDeliveries(Bus bus)
    {
        await bus.Send(Bus.Queue, new ServiceBusMessage("poison"));
        await using var receiver = bus.Client.CreateReceiver(Bus.Queue);
        for (var delivery = 1; delivery <= 3; delivery++)
        {
            var message = await Bus.Next(receiver);
            Expect.Equal(delivery, message.DeliveryCount, "delivery count");
            await receiver.AbandonMessageAsync(message);
        }
        await using var dead = bus.DeadLetters(Bus.Queue);
        var poison = await Bus.Next(dead);
        Expect.Equal("MaxDeliveryCountExceeded", poison.DeadLetterReason, "reason");
        await dead.CompleteMessageAsync(poison);
    }

    private static async Task Expired(Bus bus)
    {
        await bus.Send(Bus.Brief, new ServiceBusMessage("stale") { TimeToLive = TimeSpan.FromSeconds(1) });
        await using var dead = bus.DeadLetters(Bus.Brief);
        var message = await Bus.Next(dead);
        Expect.Equal("TTLExpiredException", message.DeadLetterReason, "reason");
        await dead.CompleteMessageAsync(message);
    }

    private static async Task Renewed(Bus bus)
    {
        await bus.Send(Bus.Brief, new ServiceBusMessage("slow"));
        await using var receiver = bus.Client.CreateReceiver(Bus.Brief);
        var message = await Bus.Next(receiver);
        var first = message.LockedUntil;
        for (var i = 0; i < 4; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            await receiver.RenewMessageLockAsync(message);
        }
        if (message.LockedUntil < first + TimeSpan.FromSeconds(3)) throw new PointFailed("the lock wasn't prolonged");
        await receiver.CompleteMessageAsync(message);
    }

    private static async Task LockLost(Bus bus)
    {
        await bus.Send(Bus.Brief, new ServiceBusMessage("too slow"));
        await using var receiver = bus.Client.CreateReceiver(Bus.Brief);
        var message = await Bus.Next(receiver);
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        Func<Task>[] attempts =
        [
            () => receiver.CompleteMessageAsync(message), () => receiver.AbandonMessageAsync(message),
            () => receiver.DeferMessageAsync(message), () => receiver.DeadLetterMessageAsync(message),
            () => receiver.RenewMessageLockAsync(message),
        ];
        foreach (var attempt in attempts)
        {
            var lost = await Expect.Throws<ServiceBusException>(attempt);
            Expect.Equal(ServiceBusFailureReason.MessageLockLost, lost.Reason, "reason");
        }
        var again = await Bus.Next(receiver);
        Expect.Equal(2, again.DeliveryCount, "delivery count");
        await receiver.CompleteMessageAsync(again);
    }

    private static async Task SettledAfterwards(Bus bus)
    {
        await bus.Send(Bus.Queue, new ServiceBusMessage("orphan"));
        ServiceBusReceivedMessage message;
        await using (var first = bus.Client.CreateReceiver(Bus.Queue)) message = await Bus.Next(first);
        await using var second = bus.Client.CreateReceiver(Bus.Queue);
        await second.CompleteMessageAsync(message);
        Expect.Equal(0, (await second.PeekMessagesAsync(10, 1)).Count, "left");
    }

    private static async Task InPortions(Bus bus)
    {
        await bus.Send(Bus.Queue, [.. Enumerable.Range(0, 400).Select(n => new ServiceBusMessage($"{n}"))]);
        await using var receiver = bus.Client.CreateReceiver(Bus.Queue);
        var seen = new HashSet<string>();
        while (seen.Count < 400)
        {
            var some = await receiver.ReceiveMessagesAsync(7, TimeSpan.FromSeconds(5));
            if (some.Count == 0) throw new PointFailed($"only {seen.Count} came");
            foreach (var message in some)
            {
                Expect.Equal(1, message.DeliveryCount, $"delivery count of {message.Body}");
                if (!seen.Add(message.Body.ToString())) throw new PointFailed($"{message.Body} came twice");
                await receiver.CompleteMessageAsync(message);
            }
        }
    }

    private static async Task FortyReceivers(Bus bus)
    {
        await bus.Send(Bus.Crowd, [.. Enumerable.Range(0, 400).Select(n => new ServiceBusMessage($"{n}"))]);
        var seen = new ConcurrentDictionary<string, int>();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            await using var receiver = bus.Client.CreateReceiver(Bus.Crowd);
            while (await receiver.ReceiveMessagesAsync(5, TimeSpan.FromSeconds(2)) is { Count: > 0 } some)
                foreach (var message in some)
                {
                    seen.AddOrUpdate(message.Body.ToString(), 1, (_, count) => count + 1);
                    await receiver.CompleteMessageAsync(message);
                }
        }));
        // The connection that stays quiet has put one of its own in.
        seen.TryRemove("before", out var _);
        Expect.Equal(400, seen.Count, "different messages");
        Expect.Equal(400, seen.Values.Sum(), "deliveries");
    }

    private static async Task Processor(Bus bus)
    {
        await using var processor = bus.Client.CreateProcessor(Bus.Queue, new ServiceBusProcessorOptions
        {
            MaxConcurrentCalls = 8, PrefetchCount = 20,
        });
        var seen = new ConcurrentDictionary<string, bool>();
        var errors = new ConcurrentQueue<Exception>();
        var all = new TaskCompletionSource();
        processor.ProcessMessageAsync += args =>
        {
            seen[args.Message.Body.ToString()] = true;
            if (seen.Count == 200) all.TrySetResult();
            return Task.CompletedTask;
        };
        processor.ProcessErrorAsync += args =>
        {
            errors.Enqueue(args.Exception);
            return Task.CompletedTask;
        };
        await processor.StartProcessingAsync();
        await bus.Send(Bus.Queue, [.. Enumerable.Range(0, 200).Select(n => new ServiceBusMessage($"{n}"))]);
        await all.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await processor.StopProcessingAsync();
        if (errors.TryDequeue(out var error)) throw error;
        await using var receiver = bus.Client.CreateReceiver(Bus.Queue);
        Expect.Equal(0, (await receiver.PeekMessagesAsync(10, 1)).Count, "left");
    }
}
