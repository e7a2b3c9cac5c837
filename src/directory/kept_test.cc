#include "directory/kept.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "directory/property.h"

namespace cameo::directory {
namespace {

template <class Object>
void expect_a_proper_table() {
    const auto table = kept_properties<Object>();
    EXPECT_TRUE(std::ranges::is_sorted(table, {}, &KeptProperty::name));
    for (const auto& property : table) {
        EXPECT_EQ(find_kept(table, property.name), &property) << "named twice: " << property.name;
        // One that the server computes may be stored: no body sets it.
        if (property.use != KeptUse::computed)
            EXPECT_EQ(find_property<Object>(property.name), nullptr) << property.name;
        const bool has_objects =
            property.type == KeptType::object || property.type == KeptType::objects;
        const bool is_shown = property.use == KeptUse::kept;
        EXPECT_EQ(!property.complex_type.empty(), has_objects && is_shown) << property.name;
        if (!property.complex_type.empty())
            EXPECT_EQ(complex_type(property).name, property.complex_type);
    }
}

TEST(KeptProperties, EachIsNamedOnceInOrderAndHasNoMemberOfItsOwn) {
    expect_a_proper_table<User>();
    expect_a_proper_table<Group>();
    expect_a_proper_table<Contact>();
    expect_a_proper_table<ContactFolder>();
    EXPECT_TRUE(kept_properties<ContactFolder>().empty());
}

// The numbers of names in Graph's types that are not stored in columns of their own.
TEST(KeptProperties, EveryPropertyOfGraphIsThere) {
    EXPECT_EQ(kept_properties<User>().size(), 61U);
    EXPECT_EQ(kept_properties<Group>().size(), 33U);
    EXPECT_EQ(kept_properties<Contact>().size(), 28U);
}

TEST(KeptProperties, ATextIsFoundByItsName) {
    const auto* kept = R"({"city":"Li\u00e8ge","skills":["C"],"onPremisesSyncEnabled":true})";
    EXPECT_EQ(kept_text(kept, "city"), "Li\xc3\xa8ge");
    EXPECT_EQ(kept_text(kept, "skills"), "");
    EXPECT_EQ(kept_text(kept, "state"), "");
    EXPECT_EQ(kept_text("", "city"), "");
    EXPECT_EQ(kept_text("[]", "city"), "");
    EXPECT_EQ(kept_text("{", "city"), "");
}

}  // namespace
}  // namespace cameo::directory
