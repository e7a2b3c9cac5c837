// My photo at 48x48 and its metadata: CAMEO_TOKEN=... dotnet run photo.cs
#:package Microsoft.Graph@6.10.0
using Azure.Core;
using Microsoft.Graph;
using Microsoft.Graph.Authentication;

var url = Environment.GetEnvironmentVariable("CAMEO_URL") ?? "http://127.0.0.1:8080/v1.0";
var provider = new AzureIdentityAuthenticationProvider(new OneToken(), ["127.0.0.1"], isCaeEnabled: false);
var graphClient = new GraphServiceClient(provider, url);

var result = await graphClient.Me.Photo.GetAsync();
Console.WriteLine($"{result?.Id}, {result?.Width} pixels wide");
await using var bytes = await graphClient.Me.Photos["48x48"].Content.GetAsync();
await using var file = File.Create("photo.jpg");
await bytes!.CopyToAsync(file);

// In the place of Azure.Identity's credentials.
class OneToken : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext context, CancellationToken cancel) =>
        new(Environment.GetEnvironmentVariable("CAMEO_TOKEN")!, DateTimeOffset.UtcNow.AddHours(1));

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext context, CancellationToken cancel) =>
        new(GetToken(context, cancel));
}
