using System.Diagnostics;

namespace ServiceBusPoints;

/// <summary>What a check found to be otherwise than it should.</summary>
public sealed class PointFailed(string message) : Exception(message);

/// <summary>Runs checks one by one and counts how they end.</summary>
/// <param name="afterFailure">Clears up, so that one failure isn't the next one's.</param>
public sealed class Points(Func<Task> afterFailure)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private int passed;
    private int failed;

    public async Task Run(string name, Func<Task> check)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await check().WaitAsync(Patience);
            passed++;
            Console.WriteLine($"PASS {name} ({watch.ElapsedMilliseconds} ms)");
        }
        catch (Exception exception)
        {
            failed++;
            Console.WriteLine($"FAIL {name}: {exception.GetType().Name}: {exception.Message}");
            await afterFailure();
        }
    }

    /// <returns>The exit code.</returns>
    public int Summary()
    {
        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}

public static class Expect
{
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new PointFailed($"{what}: expected {expected}, got {actual}");
    }

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what) =>
        Equal(string.Join(", ", expected), string.Join(", ", actual), what);

    /// <summary>The exception that the work must end with.</summary>
    public static async Task<T> Throws<T>(Func<Task> work) where T : Exception
    {
        try
        {
            await work();
        }
        catch (T exception)
        {
            return exception;
        }
        throw new PointFailed($"no {typeof(T).Name} was thrown");
    }
}
