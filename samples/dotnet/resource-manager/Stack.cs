using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.ResourceManager;

namespace ResourceManagerSample;

/// <summary>A running local stack, as its endpoints file describes it.</summary>
internal sealed record Stack(
    Uri ArmUrl, string ArmCaFile, Uri LoginUrl, string TenantId, string ClientId, string ClientSecret,
    string SubscriptionId, string ResourceGroup)
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    public static Stack Read(string endpointsFile) =>
        JsonSerializer.Deserialize<Stack>(File.ReadAllText(endpointsFile), CamelCase)
        ?? throw new InvalidDataException($"{endpointsFile} is empty");

    /// <summary>A client of the Resource Manager, logged in with the secret of the stack.</summary>
    public ArmClient Connect()
    {
        HttpPipelineTransport transport = new HttpClientTransport(TrustingTheStack());
        var login = new ClientSecretCredentialOptions
        {
            AuthorityHost = LoginUrl,
            // The authority isn't one of the public cloud's: nobody there could vouch for it.
            DisableInstanceDiscovery = true,
            Transport = transport,
        };
        var arm = new ArmClientOptions
        {
            // The audience is Azure's own; only the address is another one.
            Environment = new ArmEnvironment(ArmUrl, "https://management.azure.com"),
            Transport = transport,
        };
        TokenCredential credential = new ClientSecretCredential(TenantId, ClientId, ClientSecret, login);
        return new ArmClient(credential, SubscriptionId, arm);
    }

    /// <summary>Trusts the authority of the stack, and checks the name as always.</summary>
    private HttpMessageHandler TrustingTheStack()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(ArmCaFile));
        return new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
        };
    }
}
