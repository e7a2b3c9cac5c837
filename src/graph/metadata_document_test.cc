#include "graph/metadata_document.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <string_view>

#include "graph/entity_schema.h"

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

TEST(MetadataDocumentTest, DeclaresEveryPropertyThatIsShownOrMayBeSelected) {
    for (const auto* kind :
         {&kUserSchema, &kGroupSchema, &kTeamSchema, &kContactSchema, &kFolderSchema}) {
        const std::string declared = type_named(kind->type);
        for (const auto names : {kind->shown, kind->hidden})
            for (const auto name : names) {
                if (name == "id") continue;
                EXPECT_THAT(declared, HasSubstr(fmt::format("<Property Name=\"{}\" ", name)));
            }
    }
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

}  // namespace
}  // namespace cameo::graph
