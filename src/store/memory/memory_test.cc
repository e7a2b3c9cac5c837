#include <gtest/gtest.h>

#include <memory>

#include "store/contract/blob_store_contract.h"
#include "store/contract/catalog_contract.h"
#include "store/contract/changes_contract.h"
#include "store/contract/directory_changes_contract.h"
#include "store/contract/directory_comparisons_contract.h"
#include "store/contract/directory_contract.h"
#include "store/contract/directory_kept_contract.h"
#include "store/contract/directory_lists_contract.h"
#include "store/contract/directory_memberships_contract.h"
#include "store/contract/directory_queries_contract.h"
#include "store/contract/directory_removal_contract.h"
#include "store/contract/history_contract.h"
#include "store/contract/people_contract.h"
#include "store/contract/sign_in_codes_contract.h"
#include "store/memory/memory_blob_store.h"
#include "store/memory/memory_store.h"

namespace cameo::store {
namespace memory {
namespace {

struct BlobsBed final : contract::BlobStoreBed {
    photo::BlobStore& store() override { return store_; }

  private:
    MemoryBlobStore store_;
};

struct StoreBed final : contract::StoreBed {
    Store& store() override { return store_; }

  private:
    MemoryStore store_;
};

std::unique_ptr<contract::BlobStoreBed> blobs_bed() { return std::make_unique<BlobsBed>(); }
std::unique_ptr<contract::StoreBed> store_bed() { return std::make_unique<StoreBed>(); }

TEST(MemoryBlobStore, AgesWithItsClock) {
    ManualClock clock{Instant(std::chrono::hours(1))};
    MemoryBlobStore store(clock);
    const auto deadline = deadline_in(std::chrono::seconds(10));
    ASSERT_TRUE(store.put(random_hex128_lower(), Bytes(1), deadline));
    clock.advance(std::chrono::hours(2));
    EXPECT_EQ(store.list("", 1, deadline)->front().age, std::chrono::hours(2));
}

}  // namespace
}  // namespace memory

namespace contract {
INSTANTIATE_TEST_SUITE_P(Memory, ChangesContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, CatalogContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, BlobStoreContract, testing::Values(memory::blobs_bed));
INSTANTIATE_TEST_SUITE_P(Memory, HistoryContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, DirectoryContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, DirectoryChangesContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, DirectoryActingOwnerContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, DirectoryKeptContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, DirectoryListsContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, DirectoryMembershipsContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, DirectoryQueriesContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, DirectoryComparisonsContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, DirectoryRemovalContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, PeopleContract, testing::Values(memory::store_bed));
INSTANTIATE_TEST_SUITE_P(Memory, SignInCodesContract, testing::Values(memory::store_bed));
}  // namespace contract
}  // namespace cameo::store
