// The client that openapi-generator makes for Java, used as generators.mjs says.
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.JSON;
import org.openapitools.client.api.PhotosApi;
import org.openapitools.client.model.Error;
import org.openapitools.client.model.ProfilePhoto;

public class Photo {
    private static final ApiClient client = new ApiClient();

    private interface Call {
        void run() throws Exception;
    }

    private static Error errorOf(Call call) throws Exception {
        try {
            call.run();
            return null;
        } catch (ApiException exception) {
            return JSON.getDefault().getMapper().readValue(exception.getResponseBody(), Error.class);
        }
    }

    private static String base64(java.io.File file) throws Exception {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(file.toPath()));
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> environment = System.getenv();
        client.setBasePath(environment.get("CAMEO_URL"));
        client.setBearerToken(environment.get("CAMEO_TOKEN"));
        PhotosApi photos = new PhotosApi(client);
        Path picture = Files.createTempFile("photo", ".jpg");
        Files.write(picture, Base64.getDecoder().decode(environment.get("CAMEO_PICTURE")));

        Map<String, Object> said = new LinkedHashMap<>();
        said.put("before", errorOf(() -> photos.getMyPhotoContent(null, null, null, null, null, null)).getError().getCode().getValue());
        said.put("upload", photos.replaceMyPhotoContentWithHttpInfo(picture.toFile(), null, null, null, null).getStatusCode());
        said.put("photo", base64(photos.getMyPhotoContent(null, null, null, null, null, null)));
        said.put("small", base64(photos.getMyPhotoContentBySize("48x48", null, null, null, null, null, null)));
        ProfilePhoto metadata = photos.getMyPhoto(null, null);
        said.put("metadata", Map.of("id", metadata.getId(), "width", metadata.getWidth()));
        Error missing = errorOf(() -> photos.getUserPhoto(environment.get("CAMEO_WITHOUT_PHOTO"), null, null));
        said.put("missing", missing.getError().getCode().getValue());
        said.put("message", missing.getError().getMessage());
        System.out.println(JSON.getDefault().getMapper().writeValueAsString(said));
    }
}
