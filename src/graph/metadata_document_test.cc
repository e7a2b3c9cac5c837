#include "graph/metadata_document.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <string_view>

#include "directory/property.h"

// That it is valid CSDL, and agrees with Microsoft's, is tested in tests/api.
namespace cameo::graph {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string type_named(std::string_view name) {
    const std::string document = metadata_document();
    const auto from = document.find(fmt::format("<EntityType Name=\"{}\"", name));
    if (from == std::string::npos) return {};
    return document.substr(from, document.find("</EntityType>", from) - from);
}

template <class Entry>
void declares_every_property_of(std::string_view type) {
    const std::string declared = type_named(type);
    for (const auto& property : directory::properties<Entry>()) {
        if (property.name == "id" || property.name == "isTeam") continue;
        EXPECT_THAT(declared, HasSubstr(fmt::format("<Property Name=\"{}\" ", property.name)));
    }
}

TEST(MetadataDocumentTest, DeclaresEveryPropertyOfTheDirectory) {
    declares_every_property_of<directory::User>("user");
    declares_every_property_of<directory::Group>("group");
    declares_every_property_of<directory::Contact>("contact");
    declares_every_property_of<directory::ContactFolder>("contactFolder");
}

TEST(MetadataDocumentTest, KeepsTheIdOnTheBaseTypeAlone) {
    EXPECT_THAT(type_named("entity"), HasSubstr(R"(Name="id" Type="Edm.String" Nullable="false")"));
    for (const auto type : {"user", "group", "team", "contact", "contactFolder", "profilePhoto"})
        EXPECT_THAT(type_named(type), Not(HasSubstr("Name=\"id\""))) << type;
}

TEST(MetadataDocumentTest, GivesEachKindOfMemberItsType) {
    const std::string user = type_named("user");
    EXPECT_THAT(user, HasSubstr(R"xml("displayName" Type="Edm.String"/>)xml"));
    EXPECT_THAT(user, HasSubstr(R"xml("accountEnabled" Type="Edm.Boolean"/>)xml"));
    EXPECT_THAT(user, HasSubstr(R"xml("photoStorage" Type="Edm.String"/>)xml"));
    EXPECT_THAT(
        user,
        HasSubstr(R"xml("businessPhones" Type="Collection(Edm.String)" Nullable="false"/>)xml"));
    const std::string contact = type_named("contact");
    EXPECT_THAT(
        contact,
        HasSubstr(R"xml("businessPhones" Type="Collection(Edm.String)" Nullable="true"/>)xml"));
    EXPECT_THAT(
        contact,
        HasSubstr(
            R"xml("emailAddresses" Type="Collection(graph.emailAddress)" Nullable="true"/>)xml"));
}

TEST(MetadataDocumentTest, DoesNotShowWhetherAGroupIsATeamAsAProperty) {
    EXPECT_THAT(metadata_document(), Not(HasSubstr("isTeam")));
}

}  // namespace
}  // namespace cameo::graph
