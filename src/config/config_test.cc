#include "config/config.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string_view>

#include "store/contract/temporary_folder.h"

namespace cameo::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfigTest : public testing::Test {
  protected:
    Result<Config> load(const std::string& text) {
        std::ofstream(file_) << text;
        return load_config(file_);
    }

    void expect_refused(const std::string& text, const std::string& said) {
        const auto config = load(text);
        ASSERT_FALSE(config) << text;
        EXPECT_THAT(config.error().detail, AllOf(HasSubstr(said), HasSubstr("cameo.toml:")));
    }

    store::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.path() / "cameo.toml";
};

TEST_F(ConfigTest, AnEmptyFileGivesTheDefaults) {
    const auto config = load("");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->limits.bytes, 4'000'000U);
    EXPECT_FALSE(config->graph.missing_metadata_is_1x1);
    EXPECT_TRUE(config->access_log);
}

TEST_F(ConfigTest, ReadsKeysOfTheTopAndOfTables) {
    const auto config = load(
        "public_url = 'https://faces.example/'\nmissing_metadata = '1x1'\noversize = 'nearest'\n"
        "[limits]\nupload_bytes = 1_000_000\n[http]\nidle_seconds = 5\n"
        "[cache]\nrenditions_mb = 3\n[log]\naccess = 'off'\n");
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_EQ(config->graph.public_url, "https://faces.example");
    EXPECT_TRUE(config->graph.missing_metadata_is_1x1);
    EXPECT_TRUE(config->graph.oversize_is_nearest);
    EXPECT_EQ(config->http.idle_timeout, std::chrono::seconds(5));
    EXPECT_EQ(config->photo_cache.rendition_cache_bytes, std::size_t{3} << 20);
    EXPECT_FALSE(config->access_log);
}

TEST_F(ConfigTest, TheLimitOfCropsIsAtLeastThatOfUploads) {
    const auto limits_of = [&](const std::string& text) {
        const auto config = load("[limits]\n" + text);
        EXPECT_TRUE(config) << text << config.error().detail;
        if (!config) return std::size_t{0};
        EXPECT_EQ(config->graph.crop_upload_bytes, config->limits.crop_bytes);
        return config->limits.crop_bytes;
    };
    EXPECT_EQ(limits_of(""), 25'000'000U);
    EXPECT_EQ(limits_of("crop_upload_bytes = 5_000_000\n"), 5'000'000U);
    EXPECT_EQ(limits_of("upload_bytes = 30_000_000\n"), 30'000'000U);
    EXPECT_EQ(limits_of("bodies_in_flight_mb = 8\n"), std::size_t{8} << 20);
    expect_refused("[limits]\ncrop_upload_bytes = 3_999_999\n", "less than limits.upload_bytes");
    expect_refused("[limits]\ncrop_upload_bytes = 9_000_000\nbodies_in_flight_mb = 8\n",
                   "limits.crop_upload_bytes (9000000 bytes)");
    expect_refused("[limits]\nupload_bytes = 9_000_000\nbodies_in_flight_mb = 8\n",
                   "limits.upload_bytes (9000000 bytes)");
}

TEST_F(ConfigTest, TheUploadLimitAppliesToEveryModuleThatReceivesTheBytes) {
    const auto config = load("[limits]\nupload_bytes = 1_000_000\n");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->limits.bytes, 1'000'000U);
    EXPECT_EQ(config->graph.upload_bytes, 1'000'000U);
    EXPECT_EQ(config->http.max_body_bytes, 1'000'000U);
}

TEST_F(ConfigTest, AnUnknownKeyIsRefusedByName) {
    expect_refused("[limits]\nuplaod_bytes = 5\n", "'limits.uplaod_bytes' is not known");
    expect_refused("colour = 1\n", "'colour' is not known");
    expect_refused("[colours]\nred = 1\n", "'colours' is not known");
}

TEST_F(ConfigTest, AnInvalidValueIsRefusedWithTheAllowedValues) {
    expect_refused("[limits]\nside = 'big'\n", "'limits.side' must be a whole number from 648");
    expect_refused("[limits]\nside = 10\n", "'limits.side' must be a whole number from 648");
    expect_refused("oversize = 'any'\n", R"('oversize' must be "404" or "nearest")");
    for (const auto* url : {"'x'", "''", "5", "'http://'", "'https://a b'", "'https://a?b'"})
        expect_refused("public_url = " + std::string(url), "'public_url' must be like");
    expect_refused("limits = 4\n", "'limits' is not known");
    expect_refused("cache_control = \"a\\r\\nb\"\n",
                   "'cache_control' must be a string of printable");
}

TEST_F(ConfigTest, ASharedCacheNeedsItsExplicitSetting) {
    for (const auto* value :
         {"max-age=300", "public, max-age=300", "public,private", "private, s-maxage=5", "no-cache",
          "", "private=\"x\"", "x=\"a, private, b\"", "privately", "PUBLIC"}) {
        const auto line = std::string("cache_control = '") + value + "'\n";
        expect_refused(line, "unless allow_shared_caching = true");
        EXPECT_TRUE(load(line + "allow_shared_caching = true\n")) << value;
    }
    for (const auto* value : {"private, no-cache", "max-age=300, Private", "no-store",
                              "private,max-age=300", "private, x=\"public\""})
        EXPECT_TRUE(load(std::string("cache_control = '") + value + "'\n")) << value;
}

TEST_F(ConfigTest, PagesOfEveryOriginEmbedPhotosOnlyIfEveryOriginIsAllowed) {
    EXPECT_FALSE(Config().graph.embeddable_everywhere);
    EXPECT_FALSE(load("[cors]\norigins = ['https://a.example']\n")->graph.embeddable_everywhere);
    EXPECT_TRUE(
        load("[cors]\norigins = ['https://a.example', '*']\n")->graph.embeddable_everywhere);
}

TEST_F(ConfigTest, ReadsTenantsInTheirOrder) {
    const auto config = load(
        "[[tenant]]\nname = 'default'\n"
        "[[tenant]]\nname = 'Fabrikam Ltd'\nkind = 'b2c'\n"
        "domains = ['fabrikam.example', 'Fabrikam.test']\n"
        "id = '0F8FAD5B-D9CB-469F-A165-70867728950E'\n"
        "[[tenant]]\nname = 'home'\nkind = 'personal'\n");
    ASSERT_TRUE(config) << config.error().detail;
    ASSERT_EQ(config->tenants.size(), 3U);
    EXPECT_EQ(config->tenants[0].name, "default");
    EXPECT_EQ(config->tenants[0].kind, directory::TenantKind::work);
    EXPECT_THAT(config->tenants[0].domains, IsEmpty());
    EXPECT_EQ(config->tenants[0].id, "");
    EXPECT_EQ(config->tenants[1].name, "Fabrikam Ltd");
    EXPECT_EQ(config->tenants[1].kind, directory::TenantKind::b2c);
    EXPECT_THAT(config->tenants[1].domains, ElementsAre("fabrikam.example", "Fabrikam.test"));
    EXPECT_EQ(config->tenants[1].id, "0f8fad5b-d9cb-469f-a165-70867728950e");
    EXPECT_EQ(config->tenants[2].kind, directory::TenantKind::personal);
}

TEST_F(ConfigTest, AnArrayOfInlineTablesIsEquivalent) {
    const auto config = load("tenant = [{name = 'a'}, {name = 'b'}]\n");
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_EQ(config->tenants.size(), 2U);
}

TEST_F(ConfigTest, AnInvalidKeyOfATenantIsRefusedWithLineAndName) {
    expect_refused("[[tenant]]\nname = 'a'\n[[tenant]]\nname = 'b'\ncolour = 1\n",
                   "cameo.toml:5: the key 'tenant.colour' is not known");
    expect_refused("[[tenant]]\nname = 'a'\n[[tenant]]\nkind = 'work'\n",
                   "cameo.toml:3: the key 'tenant.name' is missing");
    expect_refused("[[tenant]]\nname = 'a'\nkind = 'school'\n",
                   R"(:3: the key 'tenant.kind' must be "work", "personal" or "b2c")");
    for (const auto* id : {"'default'", "5", "''", "'0f8fad5b-d9cb-469f-a165-70867728950'"})
        expect_refused("[[tenant]]\nname = 'a'\nid = " + std::string(id) + "\n",
                       "the key 'tenant.id' must be a GUID");
    for (const auto* name : {"''", "' a'", "5", "\"a\\n\""})
        expect_refused("[[tenant]]\nname = " + std::string(name) + "\n",
                       "the key 'tenant.name' must be a name");
    for (const auto* domains : {"'a.example'", "['']", "[5]", "['@a.example']", "['a..b']",
                                "[['a']]", "['.a']", "['a.']", "['a b']"})
        expect_refused("[[tenant]]\nname = 'a'\ndomains = " + std::string(domains) + "\n",
                       "the key 'tenant.domains' must be an array of domains");
}

TEST_F(ConfigTest, ATableThatMustBeAnArrayIsRefusedWithItsSyntax) {
    for (const auto* text : {"[tenant]\nname = 'a'\n", "tenant = 'a'\n", "tenant = ['a']\n"})
        expect_refused(text, "the key 'tenant' is written [[tenant]]");
    expect_refused("[cache.tenant]\nname = 'a'\n", "'cache.tenant' is not known");
}

TEST_F(ConfigTest, TenantsMustDifferInNameIdAndDomains) {
    const std::string id = "id = '0f8fad5b-d9cb-469f-a165-70867728950e'\n";
    expect_refused("[[tenant]]\nname = 'a'\n[[tenant]]\nname = 'a'\n",
                   "cameo.toml:3: there is a tenant 'a' already");
    expect_refused("[[tenant]]\nname = 'a'\n" + id + "[[tenant]]\nname = 'b'\n" + id,
                   "cameo.toml:4: the tenants 'a' and 'b' have the same id");
    expect_refused(
        "[[tenant]]\nname = 'a'\ndomains = ['x.example']\n[[tenant]]\nname = 'b'\n"
        "domains = ['y.example', 'X.example']\n",
        "cameo.toml:4: the domain 'X.example' belongs to the tenants 'a' and 'b'");
}

TEST_F(ConfigTest, ReadsFurtherRolesThatMayWritePhotos) {
    const auto config = load("[access]\nphoto_admin_roles = ['Photo Editor', 'x']\n");
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_THAT(config->photo_admin_roles, ElementsAre("Photo Editor", "x"));
    expect_refused("[access]\nphoto_admin_roles = 'x'\n",
                   "'access.photo_admin_roles' must be an array of names or ids");
    expect_refused("[access]\nphoto_admin_roles = ['']\n",
                   "'access.photo_admin_roles' must be an array of names or ids");
}

TEST_F(ConfigTest, InvalidTomlIsRefusedWithItsLine) { expect_refused("a = = 1\n", ":1:"); }

constexpr auto kIssuer =
    "[[issuer]]\n"
    "discovery = 'https://login.example.org/realms/acme/.well-known/openid-configuration'\n"
    "audience = ['api://cameo']\n";

TEST_F(ConfigTest, AnIssuerHasFewRequiredAndManyOptionalKeys) {
    const std::string other =
        "[[issuer]]\naudience = ['api://other']\n"
        "discovery = 'https://login.example.org/realms/acme/.well-known/openid-configuration'\n";
    const auto config =
        load(std::string(kIssuer) + "tenant = 'default'\n" + other +
             "tenant_claim = 'tid'\nname_claim = 'b'\n"
             "scope_claim = 'c'\nrole_claim = 'd.e'\ndirectory_role_claim = 'f'\n"
             "algorithms = ['ES256', 'PS256']\nca_file = '/x.pem'\n"
             "provision = true\nmatch_by_name = true\n"
             "issuer = 'https://login.example.org/acme'\n[builtin_issuer]\nenabled = false\n");
    ASSERT_TRUE(config) << config.error().detail;
    ASSERT_EQ(config->issuers.size(), 2U);
    EXPECT_FALSE(config->builtin_issuer);
    const auto& first = config->issuers[0];
    EXPECT_THAT(first.audiences, ElementsAre("api://cameo"));
    EXPECT_EQ(first.tenant, "default");
    EXPECT_EQ(first.role_claim, "roles");
    EXPECT_EQ(first.algorithms.size(), 3U);
    EXPECT_FALSE(first.provision);
    EXPECT_FALSE(first.match_by_name) << "names are trusted only where the operator says so";
    EXPECT_EQ(first.issuer, "");
    const auto& second = config->issuers[1];
    EXPECT_EQ(second.tenant_claim, "tid");
    EXPECT_EQ(second.role_claim, "d.e");
    EXPECT_THAT(second.algorithms, ElementsAre(access::Algorithm::es256, access::Algorithm::ps256));
    EXPECT_TRUE(second.provision);
    EXPECT_TRUE(second.match_by_name);
    EXPECT_EQ(second.issuer, "https://login.example.org/acme");
}

TEST_F(ConfigTest, AnInvalidIssuerIsRefused) {
    const std::string good = std::string(kIssuer) + "tenant = 'default'\n";
    expect_refused(kIssuer, "either tenant or tenant_claim");
    expect_refused(good + "tenant_claim = 'tid'\n", "either tenant or tenant_claim");
    expect_refused(good + "algorithms = ['none']\n", "'issuer.algorithms' must be");
    expect_refused(good + "algorithms = ['HS256']\n", "'issuer.algorithms' must be");
    expect_refused(good + "algorithms = []\n", "algorithms must not be empty");
    expect_refused(good + "provision = 1\n", "'issuer.provision' must be true or false");
    expect_refused(good + "match_by_name = 'yes'\n", "'issuer.match_by_name' must be true or");
    expect_refused(good + good, "two [[issuer]] with the discovery https://login.example.org/");
    expect_refused("[[issuer]]\ndiscovery = 'https://x/oidc'\naudience = ['a']\ntenant = 't'\n",
                   "must end in /.well-known/openid-configuration");
    expect_refused(good + "colour = 'red'\n", "'issuer.colour' is not known");
    expect_refused("[[issuer]]\naudience = ['a']\ntenant = 't'\n", "'issuer.discovery' is missing");
    expect_refused("[[issuer]]\ndiscovery = 'https://x'\ntenant = 't'\n",
                   "'issuer.audience' is missing");
    expect_refused("[[issuer]]\ndiscovery = 'http://x.example'\naudience = ['a']\ntenant = 't'\n",
                   "https");
    expect_refused(
        "[[issuer]]\ndiscovery = 'https://x'\naudience = ['https://graph.microsoft.com']\n"
        "tenant = 't'\n",
        "Microsoft Graph");
}

TEST_F(ConfigTest, LimitsProxiesAndTheAuditLogAreRead) {
    const auto config = load(
        "[limits]\nrequests_per_second = 5\nrequests_burst = 7\nuploads_per_second = 0\n"
        "app_uploads_per_second = 9\napp_uploads_burst = 11\n"
        "[http]\ntrusted_proxies = ['10.0.0.0/8', '::1']\n"
        "[log]\naudit = 'all'\naudit_file = '/var/log/cameo-audit.log'\n"
        "access_file = '/var/log/cameo-access.log'\n");
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_EQ(config->throttle.requests.per_second, 5);
    EXPECT_EQ(config->throttle.requests.burst, 7);
    EXPECT_EQ(config->throttle.person_uploads.per_second, 0);
    EXPECT_EQ(config->throttle.app_uploads.per_second, 9);
    EXPECT_EQ(config->throttle.app_uploads.burst, 11);
    ASSERT_EQ(config->http.trusted_proxies.size(), 2U);
    EXPECT_TRUE(config->http.trusted_proxies[0].contains("10.1.2.3"));
    EXPECT_EQ(config->graph.audit, graph::AuditLevel::all);
    EXPECT_EQ(config->audit_file, "/var/log/cameo-audit.log");
    EXPECT_EQ(config->access_file, "/var/log/cameo-access.log");
    expect_refused("[http]\ntrusted_proxies = ['10.0.0.0/40']\n", "'http.trusted_proxies' must be");
    expect_refused("[log]\naudit = 'some'\n", "\"off\", \"writes\" or \"all\"");
    expect_refused("[limits]\nrequests_burst = 0\n", "'limits.requests_burst' must be");
}

// The examples of the documentation, each by itself.
TEST_F(ConfigTest, AcceptsEveryExampleOfTheDocs) {
    for (const auto* page : {"access.md", "configuration.md"}) {
        std::ifstream in(std::filesystem::path(CAMEO_DOCS) / page);
        const std::string text(std::istreambuf_iterator<char>(in), {});
        constexpr std::string_view kBegin = "```toml\n";
        int examples = 0;
        for (auto at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at)) {
            at += kBegin.size();
            const auto example = text.substr(at, text.find("```", at) - at);
            const auto config = load(example);
            EXPECT_TRUE(config) << page << ": " << config.error().detail << "\n" << example;
            ++examples;
        }
        EXPECT_GT(examples, 1) << page;
    }
}

constexpr auto kAcme =
    "[[issuer]]\n"
    "discovery = 'https://login.example.org/realms/acme/.well-known/openid-configuration'\n"
    "audience = ['api://cameo']\ntenant = 'default'\n";

TEST_F(ConfigTest, TheWebPageIsOnByDefaultAndReadsItsKeys) {
    const auto defaults = load("");
    ASSERT_TRUE(defaults);
    EXPECT_TRUE(defaults->web.enabled);
    EXPECT_EQ(defaults->web.issuer, "");
    EXPECT_THAT(defaults->web.scopes,
                ElementsAre("openid", "User.ReadWrite", "User.ReadBasic.All"));
    const auto config = load(std::string(kAcme) +
                             "[web]\nenabled = false\nlisten = '10.0.0.5:8443'\n"
                             "issuer = 'https://login.example.org/realms/acme/'\n"
                             "client_id = 'page'\nscopes = ['openid', 'api://x/User.Read']\n");
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_FALSE(config->web.enabled);
    EXPECT_EQ(config->web.listen, "10.0.0.5:8443");
    EXPECT_EQ(config->web.client_id, "page");
    EXPECT_THAT(config->web.scopes, ElementsAre("openid", "api://x/User.Read"));
}

TEST_F(ConfigTest, TheIssuerOfThePageIsOneOfTheIssuersByNameOrByAddress) {
    const std::string internal =
        "[[issuer]]\ndiscovery = 'https://10.0.0.9/realms/acme/.well-known/openid-configuration'\n"
        "issuer = 'https://login.example.org/realms/acme'\n"
        "audience = ['api://cameo']\ntenant = 'default'\n";
    for (const auto* issuer :
         {"https://login.example.org/realms/acme", "https://10.0.0.9/realms/acme/"})
        EXPECT_TRUE(load(internal + "[web]\nclient_id = 'page'\nissuer = '" + issuer + "'\n"))
            << issuer;
    const std::string entra =
        "[[issuer]]\naudience = ['api://cameo']\ntenant_claim = 'tid'\ndiscovery = "
        "'https://login.microsoftonline.com/organizations/v2.0/.well-known/"
        "openid-configuration'\n";
    EXPECT_TRUE(load(entra + "[web]\nclient_id = 'page'\nissuer = "
                             "'https://login.microsoftonline.com/organizations/v2.0'\n"));
}

TEST_F(ConfigTest, WrongKeysOfTheWebPageAreNamed) {
    const std::string page = std::string(kAcme) + "[web]\nclient_id = 'page'\n";
    expect_refused(page + "issuer = 'https://login.example.org/realms/other'\n",
                   "'web.issuer' is 'https://login.example.org/realms/other', which no [[issuer]]");
    expect_refused(page + "issuer = 'http://login.example.org/realms/acme'\n",
                   "'web.issuer' must be an https URL");
    expect_refused(page + "issuer = \"https://login.example.org;x/\"\n", "'web.issuer' must be");
    expect_refused(page, "'web.client_id' needs web.issuer");
    const std::string issuer =
        std::string(kAcme) + "[web]\nissuer = 'https://login.example.org/realms/acme'\n";
    expect_refused(issuer, "'web.issuer' needs web.client_id");
    expect_refused(issuer + "client_id = 'page'\nscopes = []\n", "'web.scopes' must not be empty");
    expect_refused("[web]\nscopes = ['a b']\n", "'web.scopes' must be an array of scopes");
    expect_refused("[web]\nscopes = 'openid'\n", "'web.scopes' must be an array of scopes");
    expect_refused("[web]\nenabled = 'no'\n", "'web.enabled' must be true or false");
    expect_refused("[web]\ncolour = 'red'\n", "'web.colour' is not known");
}

TEST_F(ConfigTest, CropUploadBytesAndFormerPhotoDays) {
    const auto config =
        load("[limits]\ncrop_upload_bytes = 5_000_000\n[storage]\nformer_photo_days = 0\n");
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_EQ(config->limits.crop_bytes, 5'000'000U);
    EXPECT_EQ(config->former_photo_days, std::chrono::days(0));
    expect_refused("[storage]\nformer_photo_days = -1\n", "'storage.former_photo_days' must be");
}

}  // namespace

}  // namespace cameo::config
