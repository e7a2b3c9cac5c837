#include "server/tenants.h"

#include <gmock/gmock.h>

#include "base/ids.h"
#include "store/memory/memory_store.h"

namespace cameo::server {
namespace {

using directory::Tenant;
using directory::TenantKind;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr const auto* kId = "0f8fad5b-d9cb-469f-a165-70867728950e";

class TenantsTest : public testing::Test {
  protected:
    Result<std::vector<Tenant>> reconcile(const std::vector<config::TenantSettings>& configured) {
        return synchronize_tenants(store_, configured, soon_);
    }
    std::vector<Tenant> stored() { return store_.tenants(soon_).value(); }

    const Deadline soon_ = deadline_in(std::chrono::seconds(10));
    store::memory::MemoryDirectory store_;
};

TEST_F(TenantsTest, WithoutConfigurationADefaultIsMade) {
    const auto tenants = reconcile({});
    ASSERT_TRUE(tenants);
    ASSERT_EQ(tenants->size(), 1U);
    EXPECT_EQ(tenants->front().name, "default");
    EXPECT_EQ(tenants->front().kind, TenantKind::work);
    EXPECT_TRUE(is_guid(tenants->front().id));
    EXPECT_EQ(reconcile({}).value(), *tenants) << "and it stays the same";
}

TEST_F(TenantsTest, ConfiguredOnesAreMadeAndKeepTheirIds) {
    const std::vector<config::TenantSettings> configured{
        {.name = "one"}, {.name = "two", .kind = TenantKind::b2c, .id = kId}};
    const auto tenants = reconcile(configured);
    ASSERT_TRUE(tenants);
    ASSERT_EQ(tenants->size(), 2U) << "no default besides";
    EXPECT_TRUE(is_guid(tenants->at(0).id));
    EXPECT_EQ(tenants->at(0).name, "one");
    EXPECT_EQ(tenants->at(1), (Tenant{.id = kId, .name = "two", .kind = TenantKind::b2c}));
    EXPECT_EQ(reconcile(configured).value(), *tenants);
}

TEST_F(TenantsTest, AConfiguredKindReplacesTheStoredOne) {
    const auto before = reconcile({{.name = "one"}});
    ASSERT_TRUE(before);
    ASSERT_TRUE(reconcile({{.name = "one", .kind = TenantKind::personal}}));
    EXPECT_THAT(
        stored(),
        ElementsAre(Tenant{.id = before->front().id, .name = "one", .kind = TenantKind::personal}));
}

TEST_F(TenantsTest, UnconfiguredOnesRemainAfterTheOthers) {
    ASSERT_TRUE(reconcile({{.name = "a", .kind = TenantKind::b2c}}));
    const auto tenants = reconcile({{.name = "z"}});
    ASSERT_TRUE(tenants);
    ASSERT_EQ(tenants->size(), 2U);
    EXPECT_EQ(tenants->at(0).name, "z");
    EXPECT_EQ(tenants->at(1).name, "a");
    EXPECT_EQ(tenants->at(1).kind, TenantKind::b2c);
}

TEST_F(TenantsTest, ADifferentIdIsRefusedAndNothingIsWritten) {
    ASSERT_TRUE(reconcile({{.name = "one"}}));
    const auto before = stored();
    const auto tenants = reconcile({{.name = "new"}, {.name = "one", .id = kId}});
    ASSERT_FALSE(tenants);
    EXPECT_EQ(tenants.error().fault, Fault::conflict);
    EXPECT_THAT(tenants.error().detail,
                AllOf(HasSubstr("'one'"), HasSubstr(kId), HasSubstr(before[0].id)));
    EXPECT_EQ(stored(), before);
}

TEST_F(TenantsTest, TheIdOfAnotherTenantIsRefused) {
    ASSERT_TRUE(reconcile({{.name = "one", .id = kId}}));
    const auto tenants = reconcile({{.name = "two", .id = kId}});
    ASSERT_FALSE(tenants);
    EXPECT_EQ(tenants.error().fault, Fault::conflict);
    EXPECT_THAT(tenants.error().detail,
                AllOf(HasSubstr("'one'"), HasSubstr("'two'"), HasSubstr(kId)));
}

TEST_F(TenantsTest, DomainsAreReturnedById) {
    const std::vector<config::TenantSettings> configured{
        {.name = "one", .domains = {"Contoso.Example", "b.example"}}, {.name = "two"}};
    const std::vector<Tenant> tenants{{.id = "t2", .name = "two"}, {.id = "t1", .name = "one"}};
    EXPECT_THAT(domains_by_tenant(configured, tenants),
                ElementsAre(Pair("t1", ElementsAre("contoso.example", "b.example"))));
    EXPECT_THAT(domains_by_tenant({}, tenants), IsEmpty());
}

}  // namespace

}  // namespace cameo::server
