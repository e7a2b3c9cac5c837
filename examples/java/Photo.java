import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.microsoft.graph.models.ProfilePhoto;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.kiota.authentication.AzureIdentityAuthenticationProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.OffsetDateTime;
import reactor.core.publisher.Mono;

/** My photo at 48x48 and its metadata, with com.microsoft.graph:microsoft-graph in the class path. */
public class Photo {
    public static void main(String[] args) throws Exception {
        var token = new AccessToken(System.getenv("CAMEO_TOKEN"), OffsetDateTime.MAX);
        TokenCredential credential = context -> Mono.just(token); // in the place of com.azure.identity's
        var graphClient = new GraphServiceClient(
                new AzureIdentityAuthenticationProvider(credential, new String[] {"127.0.0.1"}));
        graphClient.getRequestAdapter().setBaseUrl(
                System.getenv().getOrDefault("CAMEO_URL", "http://127.0.0.1:8080/v1.0"));

        ProfilePhoto result = graphClient.me().photo().get();
        System.out.printf("%s, %d pixels wide%n", result.getId(), result.getWidth());
        try (var bytes = graphClient.me().photos().byProfilePhotoId("48x48").content().get()) {
            Files.copy(bytes, Path.of("photo.jpg"), StandardCopyOption.REPLACE_EXISTING);
        }
        System.exit(0); // the HTTP library's threads would wait for more
    }
}
