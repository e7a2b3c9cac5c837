// For crash_test.cc, which kills it: writes photos in the documented order until it ends. It prints
// a line for each write that begins ("b OWNER ETAG") and for each acknowledged one ("a
// OWNER ETAG"; a removal has the etag "-"). Argument: the data folder.
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/crc32c.h"
#include "base/ids.h"
#include "store/files/file_blob_store.h"
#include "store/sqlite/sqlite_store.h"

namespace cameo::store {
namespace {

constexpr int kThreads = 3;
constexpr int kOwnersOfAThread = 4;
constexpr int kMaxWrites = 100'000;  // the end if the test does not kill it

void say(char what, int owner, const std::string& etag) {
    const std::string line = std::string(1, what) + ' ' + std::to_string(owner) + ' ' + etag + '\n';
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(3);
}

void require(bool done) {
    if (!done) ::_exit(4);
}

// Renditions that begin with the etag, which identifies the photo.
Bytes make_blob(photo::Photo& photo, int seed) {
    Bytes blob;
    for (const int side : {48, 240, 648}) {
        Bytes rendition(as_bytes(photo.etag).begin(), as_bytes(photo.etag).end());
        rendition.resize(rendition.size() + static_cast<std::size_t>(side * (1 + seed % 40)),
                         static_cast<std::uint8_t>(seed));
        photo.renditions.push_back({.size = {side, side},
                                    .offset = static_cast<std::uint32_t>(blob.size()),
                                    .length = static_cast<std::uint32_t>(rendition.size()),
                                    .crc32c = crc32c(rendition)});
        blob.insert(blob.end(), rendition.begin(), rendition.end());
    }
    return blob;
}

void write_photos(int thread, photo::Catalog& catalog, photo::BlobStore& blobs) {
    const auto soon = [] { return deadline_in(std::chrono::seconds(60)); };
    for (int i = 0; i < kMaxWrites; ++i) {
        const int number = thread * kOwnersOfAThread + i % kOwnersOfAThread;
        const OwnerKey owner{"t", OwnerKind::user, std::to_string(number)};
        if (i % 11 == 10) {
            say('b', number, "-");
            require(catalog.remove(owner, {}, SystemClock().now(), soon()).has_value());
            say('a', number, "-");
            continue;
        }
        photo::Photo photo{.etag = random_hex128_upper(), .blob_key = random_hex128_lower()};
        const Bytes blob = make_blob(photo, i);
        say('b', number, photo.etag);
        require(blobs.put(photo.blob_key, blob, soon()).has_value());
        require(catalog.put(owner, photo, {}, soon()).has_value());
        say('a', number, photo.etag);
    }
}

int run(const std::filesystem::path& folder) {
    const auto store =
        sqlite::SqliteStore::open(folder / "catalog.db", sqlite::SqliteStore::Open::read_write);
    require(store.has_value());
    files::FileBlobStore blobs(folder / "blobs");
    for (int number = 0; number < kThreads * kOwnersOfAThread; ++number) {
        const auto id = std::to_string(number);
        // A conflict if an earlier process has added it.
        (void)(*store)->directory().users().add(
            {.tenant = "t", .id = id, .user_principal_name = id + "@x", .display_name = id},
            deadline_in(std::chrono::seconds(60)));
    }
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&, thread] { write_photos(thread, (*store)->catalog(), blobs); });
    return 0;
}

}  // namespace
}  // namespace cameo::store

int main(int count, char** arguments) { return count == 2 ? cameo::store::run(arguments[1]) : 2; }
