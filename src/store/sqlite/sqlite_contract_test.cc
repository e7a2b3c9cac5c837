#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <utility>

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
#include "store/contract/temporary_folder.h"
#include "store/sqlite/sqlite_store.h"

namespace cameo::store {
namespace sqlite {
namespace {

class Database {
  public:
    Database() { open(); }
    void open() {
        store_.reset();
        auto opened =
            SqliteStore::open(folder_.path() / "catalog.db", SqliteStore::Open::read_write);
        if (!opened) throw std::runtime_error(opened.error().detail);
        store_ = *std::move(opened);
    }
    SqliteStore& store() { return *store_; }

  private:
    TemporaryFolder folder_;
    std::unique_ptr<SqliteStore> store_;
};

struct StoreBed final : contract::StoreBed {
    Store& store() override { return database.store(); }
    bool reopen() override {
        database.open();
        return true;
    }
    Database database;
};

std::unique_ptr<contract::StoreBed> store_bed() { return std::make_unique<StoreBed>(); }

}  // namespace
}  // namespace sqlite

namespace contract {
INSTANTIATE_TEST_SUITE_P(Sqlite, ChangesContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, HistoryContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryChangesContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryActingOwnerContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryKeptContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryListsContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryMembershipsContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryQueriesContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryComparisonsContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, DirectoryRemovalContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, PeopleContract, testing::Values(sqlite::store_bed));
INSTANTIATE_TEST_SUITE_P(Sqlite, SignInCodesContract, testing::Values(sqlite::store_bed));
}  // namespace contract
}  // namespace cameo::store
