using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;

namespace ServiceBusPoints;

using Check = (string Name, Func<Bus, Task> Work);

/// <summary>What a sender says must arrive as it was said.</summary>
public static class Sending
{
    public static IEnumerable<Check> Checks =>
    [
        ("what a message says about itself arrives", Properties),
        ("application properties keep their .NET types", TypedProperties),
        ("value and sequence bodies arrive", AmqpBodies),
        ("a batch of 500 arrives in order", Batch),
        ("a message of 990 kB arrives whole", Large),
        ("a message beyond the limit is refused as MessageSizeExceeded", TooLarge),
        ("scheduled messages come when due, and can be cancelled", Scheduled),
        ("a duplicate is accepted and dropped", Duplicate),
        ("each subscription gets what its rules select", Subscriptions),
    ];

    private static async Task Properties(Bus bus)
    {
        await bus.Send(Bus.Queue, new ServiceBusMessage("body")
        {
            MessageId = "m1",
            CorrelationId = "c1",
            Subject = "s1",
            ContentType = "text/plain",
            ReplyTo = "back",
            To = "there",
            SessionId = "session",
            TimeToLive = TimeSpan.FromMinutes(5),
        });
        await using var receiver = bus.Client.CreateReceiver(Bus.Queue);
        var message = await Bus.Next(receiver);
        Expect.Sequence(
            ["body", "m1", "c1", "s1", "text/plain", "back", "there", "session", "00:05:00", "1", "Active"],
            [
                message.Body.ToString(), message.MessageId, message.CorrelationId, message.Subject,
                message.ContentType, message.ReplyTo, message.To, message.SessionId,
                message.TimeToLive.ToString(), message.DeliveryCount.ToString(), message.State.ToString(),
            ],
            "message");
        var lifetime = message.ExpiresAt - message.EnqueuedTime;
        Expect.Equal(300, (int)Math.Round(lifetime.TotalSeconds), "seconds until it expires");
        await receiver.CompleteMessageAsync(message);
        await Bus.ExpectNone(receiver);
    }

    private static async Task TypedProperties(Bus bus)
    {
        object[] values =
        [
            42, -1, 7u, 1.5f, 2.5d, 12.34m, TimeSpan.FromMinutes(90), 'x', long.MaxValue, (short)-3,
            (byte)200, (sbyte)-5, ulong.MaxValue, true, "text", Guid.Parse("11112222-3333-4444-5555-666677778888"),
            new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc), DateTimeOffset.UnixEpoch, new Uri("https://example.org/a"),
        ];
        var sent = new ServiceBusMessage("typed");
        for (var i = 0; i < values.Length; i++) sent.ApplicationProperties[$"p{i}"] = values[i];
        await bus.Send(Bus.Queue, sent);
        await using var receiver = bus.Client.CreateReceiver(Bus.Queue);
        var message = await Bus.Next(receiver);
        static string Describe(object value) => $"{value.GetType().Name} {value}";
        Expect.Sequence(
            values.Select(Describe),
            values.Select((_, i) => Describe(message.ApplicationProperties[$"p{i}"])),
            "types");
        // Settlements bring typed values too.
        await receiver.AbandonMessageAsync(message, new Dictionary<string, object> { ["extra"] = 42 });
        message = await Bus.Next(receiver);
        Expect.Equal("Int32 42", Describe(message.ApplicationProperties["extra"]), "abandoned with");
        Expect.Equal("Decimal 12.34", Describe(message.ApplicationProperties["p5"]), "kept");
        await receiver.DeadLetterMessageAsync(message, new Dictionary<string, object> { ["why"] = 1.5f });
        await using var dead = bus.DeadLetters(Bus.Queue);
        message = await Bus.Next(dead);
        Expect.Equal("Single 1.5", Describe(message.ApplicationProperties["why"]), "dead-lettered with");
        await dead.CompleteMessageAsync(message);
    }

    private static async Task AmqpBodies(Bus bus)
    {
        var value = new ServiceBusMessage();
        value.GetRawAmqpMessage().Body = AmqpMessageBody.FromValue(42);
        var sequence = new ServiceBusMessage();
        sequence.GetRawAmqpMessage().Body = AmqpMessageBody.FromSequence([[1, "two"], [3.5f]]);
        await bus.Send(Bus.Queue, value, sequence);
        await using var receiver = bus.Taking(Bus.Queue);
        var first = await Bus.Next(receiver);
        first.GetRawAmqpMessage().Body.TryGetValue(out var got);
        Expect.Equal(42, got as int?, "value");
        var second = await Bus.Next(receiver);
        second.GetRawAmqpMessage().Body.TryGetSequence(out var lists);
        Expect.Sequence<object>([1, "two", 3.5f], (lists ?? []).SelectMany(list => list), "sequence");
    }

    private static async Task Batch(Bus bus)
    {
        await using var sender = bus.Client.CreateSender(Bus.Queue);
        using var batch = await sender.CreateMessageBatchAsync();
        for (var n = 0; n < 500; n++)
            if (!batch.TryAddMessage(new ServiceBusMessage($"{n}")))
                throw new PointFailed($"message {n} doesn't fit");
        await sender.SendMessagesAsync(batch);
        await using var receiver = bus.Taking(Bus.Queue);
        var bodies = new List<string>();
        while (bodies.Count < 500)
        {
            var some = await receiver.ReceiveMessagesAsync(100, TimeSpan.FromSeconds(5));
            if (some.Count == 0) throw new PointFailed($"only {bodies.Count} came");
            bodies.AddRange(some.Select(message => message.Body.ToString()));
        }
        Expect.Sequence(Enumerable.Range(0, 500).Select(n => $"{n}"), bodies, "order");
    }

    private static async Task Large(Bus bus)
    {
        var bytes = new byte[990_000];
        new Random(1).NextBytes(bytes);
        await bus.Send(Bus.Queue, new ServiceBusMessage(bytes));
        await using var receiver = bus.Taking(Bus.Queue);
        var message = await Bus.Next(receiver);
        Expect.Equal(Convert.ToHexString(bytes), Convert.ToHexString(message.Body.ToArray()), "bytes");
    }

    private static async Task TooLarge(Bus bus)
    {
        var refused = await Expect.Throws<ServiceBusException>(
            () => bus.Send(Bus.Queue, new ServiceBusMessage(new byte[1_100_000])));
        Expect.Equal(ServiceBusFailureReason.MessageSizeExceeded, refused.Reason, "reason");
    }

    private static async Task Scheduled(Bus bus)
    {
        await using var sender = bus.Client.CreateSender(Bus.Queue);
        await using var receiver = bus.Client.CreateReceiver(Bus.Queue);
        var due = DateTimeOffset.UtcNow.AddSeconds(2);
        var numbers = await sender.ScheduleMessagesAsync(
            [new ServiceBusMessage("later"), new ServiceBusMessage("never")], due);
        Expect.Equal(2, numbers.Count, "sequence numbers");
        await sender.CancelScheduledMessageAsync(numbers[1]);
        await sender.SendMessageAsync(new ServiceBusMessage("by property") { ScheduledEnqueueTime = due });
        var peeked = await receiver.PeekMessagesAsync(10, 1);
        Expect.Sequence(["later Scheduled", "by property Scheduled"],
            peeked.Select(message => $"{message.Body} {message.State}"), "peeked");
        await Bus.ExpectNone(receiver);
        foreach (var body in new[] { "later", "by property" })
        {
            var message = await Bus.Next(receiver);
            Expect.Equal(body, message.Body.ToString(), "body");
            await receiver.CompleteMessageAsync(message);
        }
        if (DateTimeOffset.UtcNow < due) throw new PointFailed("they came before they were due");
        var gone = await Expect.Throws<ServiceBusException>(
            () => sender.CancelScheduledMessageAsync(numbers[1]));
        Expect.Equal(ServiceBusFailureReason.MessageNotFound, gone.Reason, "cancelled twice");
    }

    private static async Task Duplicate(Bus bus)
    {
        var id = Guid.NewGuid().ToString();
        await bus.Send(Bus.Once, new ServiceBusMessage("first") { MessageId = id });
        await bus.Send(Bus.Once, new ServiceBusMessage("second") { MessageId = id });
        await using var receiver = bus.Taking(Bus.Once);
        Expect.Equal("first", (await Bus.Next(receiver)).Body.ToString(), "body");
        await Bus.ExpectNone(receiver);
    }

    private static async Task Subscriptions(Bus bus)
    {
        var west = new ServiceBusMessage("west") { Subject = "completed" };
        west.ApplicationProperties["region"] = "westus";
        await bus.Send(Bus.News, new ServiceBusMessage("failed") { Subject = "failed" }, west);
        foreach (var (subscription, bodies) in new[]
        {
            ("all", new[] { "failed", "west" }), ("failed", ["failed"]), ("west", ["west"]),
        })
        {
            await using var receiver = bus.Client.CreateReceiver(Bus.News, subscription);
            foreach (var body in bodies)
            {
                var message = await Bus.Next(receiver);
                Expect.Equal(body, message.Body.ToString(), subscription);
                await receiver.CompleteMessageAsync(message);
            }
            await Bus.ExpectNone(receiver);
        }
    }
}
