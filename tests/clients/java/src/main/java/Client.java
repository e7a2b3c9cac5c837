import com.microsoft.graph.core.content.BatchRequestContent;
import com.microsoft.graph.models.ProfilePhoto;
import com.microsoft.graph.models.odataerrors.ODataError;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.kiota.authentication.AccessTokenProvider;
import com.microsoft.kiota.authentication.AllowedHostsValidator;
import com.microsoft.kiota.authentication.BaseBearerTokenAuthenticationProvider;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** com.microsoft.graph:microsoft-graph; the protocol is in ../checks.mjs, the world in ../world.mjs. */
public final class Client {
    private static final List<Integer> SIZES = List.of(48, 64, 96, 120, 240, 360, 432, 504, 648);

    private interface Body {
        void run() throws Exception;
    }

    private record OneToken(String token, AllowedHostsValidator hosts) implements AccessTokenProvider {
        @Override
        public String getAuthorizationToken(URI to, Map<String, Object> context) {
            return hosts.isUrlHostValid(to) ? token : "";
        }

        @Override
        public AllowedHostsValidator getAllowedHostsValidator() {
            return hosts;
        }
    }

    private static String world(String name) {
        return System.getenv("CAMEO_" + name);
    }

    private static GraphServiceClient connect(String url, String token) {
        var provider = new OneToken(token, new AllowedHostsValidator("localhost"));
        var client = new GraphServiceClient(new BaseBearerTokenAuthenticationProvider(provider));
        client.getRequestAdapter().setBaseUrl(url);
        return client;
    }

    private static void check(String name, Body body) {
        try {
            body.run();
            System.out.println("check " + name + " ok");
        } catch (Throwable wrong) {
            System.out.println("check " + name + " FAIL " + wrong.toString().replaceAll("\\s+", " "));
        }
    }

    private static void expect(Object got, Object wanted) {
        if (!wanted.equals(got)) throw new AssertionError("got " + got + ", not " + wanted);
    }

    private static void expectSquare(InputStream stream, int side) throws Exception {
        byte[] jpeg = stream.readAllBytes();
        expect(word(jpeg, 0), 0xffd8);
        int at = 2;
        while (word(jpeg, at) < 0xffc0 || word(jpeg, at) > 0xffc2) at += 2 + word(jpeg, at + 2);
        expect(List.of(word(jpeg, at + 7), word(jpeg, at + 5)), List.of(side, side));
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private static String failure(Supplier<?> asked) {
        try {
            asked.get();
        } catch (ODataError error) {
            return error.getResponseStatusCode() + " " + error.getError().getCode();
        }
        throw new AssertionError("it did not fail");
    }

    private static void writeAndRead(
            Consumer<InputStream> put, Supplier<InputStream> get, Supplier<ProfilePhoto> metadata)
            throws Exception {
        put.accept(picture());
        expectSquare(get.get(), 648);
        expect(metadata.get().getId(), "648x648");
    }

    private static InputStream picture() throws Exception {
        return new ByteArrayInputStream(Files.readAllBytes(Path.of(world("PICTURE"))));
    }

    public static void main(String[] args) {
        System.out.println("version microsoft-graph " + com.microsoft.graph.info.Constants.VERSION_NAME);
        var client = connect(world("URL"), world("TOKEN"));
        var me = client.me();
        var other = client.users().byUserId(world("USER")).photo();
        var team = client.teams().byTeamId(world("TEAM")).photo();

        check("seed-photo", () -> expectSquare(me.photo().content().get(), 648));
        check("seed-48", () -> expectSquare(me.photos().byProfilePhotoId("48x48").content().get(), 48));
        check("seed-metadata", () -> {
            ProfilePhoto photo = me.photo().get();
            expect(List.of(photo.getId(), photo.getWidth(), photo.getHeight()), List.of("648x648", 648, 648));
        });
        check("seed-team-metadata", () -> expect(team.get().getWidth(), 360));
        check("seed-team-photo", () -> expectSquare(team.content().get(), 360));
        check("sizes", () -> {
            for (int side : SIZES)
                expectSquare(me.photos().byProfilePhotoId(side + "x" + side).content().get(), side);
        });
        check("metadata", () -> {
            var photo = me.photos().byProfilePhotoId("96x96")
                    .get(asked -> asked.queryParameters.select = new String[] {"width", "height"});
            expect(List.of(photo.getWidth(), photo.getHeight()), List.of(96, 96));
        });
        check("list", () ->
                expect(me.photos().get().getValue().stream().map(ProfilePhoto::getWidth).toList(), SIZES));
        check("upload", () -> writeAndRead(other.content()::put, other.content()::get, other::get));
        check("delete", () -> {
            other.content().delete();
            expect(failure(() -> other.content().get()), "404 ImageNotFound");
        });
        check("not-found", () -> expect(failure(other::get), "404 ImageNotFound"));
        check("unauthorized", () -> expect(
                failure(() -> connect(world("URL"), "no.token").me().photo().get()),
                "401 InvalidAuthenticationToken"));
        check("throttled", () -> {
            var throttled = connect(world("THROTTLED_URL"), world("TOKEN"));
            throttled.groups().byGroupId(world("GROUP")).photo().content().put(picture());
            expectSquare(throttled.me().photo().content().get(), 648);
        });
        check("group", () -> {
            var group = client.groups().byGroupId(world("GROUP")).photo();
            writeAndRead(group.content()::put, group.content()::get, group::get);
        });
        check("team", () -> writeAndRead(team.content()::put, team.content()::get, team::get));
        check("contact", () -> {
            var contact = me.contacts().byContactId(world("CONTACT")).photo();
            writeAndRead(contact.content()::put, contact.content()::get, contact::get);
        });
        check("folder-contact", () -> {
            var folder = me.contactFolders().byContactFolderId(world("FOLDER"));
            var contact = folder.contacts().byContactId(world("FILED_CONTACT")).photo();
            writeAndRead(contact.content()::put, contact.content()::get, contact::get);
        });
        check("encoded-ids", () ->
                expectSquare(client.users().byUserId(world("GUEST")).photo().content().get(), 240));
        check("batch", () -> {
            var batch = new BatchRequestContent(client);
            String photo = batch.addBatchRequestStep(me.photo().content().toGetRequestInformation());
            String metadata = batch.addBatchRequestStep(
                    me.photos().byProfilePhotoId("48x48").toGetRequestInformation());
            String missing = batch.addBatchRequestStep(other.toGetRequestInformation());
            var answer = client.getBatchRequestBuilder().post(batch, null);
            expect(answer.getResponsesStatusCode(), Map.of(photo, 200, metadata, 200, missing, 404));
            expect(answer.getResponseById(metadata, ProfilePhoto::createFromDiscriminatorValue).getId(), "48x48");
            // The stream holds the body as it stands in the JSON: base64 between quotes.
            String body = new String(answer.getResponseStreamById(photo).readAllBytes(), StandardCharsets.US_ASCII);
            byte[] jpeg = Base64.getDecoder().decode(body.substring(1, body.length() - 1));
            expectSquare(new ByteArrayInputStream(jpeg), 648);
        });
        System.exit(0); // okhttp's threads would wait for more
    }
}
