#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// The files of a backup, as a folder or as a tar file: docs/transfer.md.
namespace cameo::transfer {

inline constexpr std::string_view kCatalogFile = "catalog.db";
inline constexpr std::string_view kKeyFile = "signing-key.pem";
inline constexpr std::string_view kManifestFile = "manifest.json";

// `blobs/ab/cd/<key>.blob`, in a backup as in a data folder.
std::filesystem::path blob_file(std::string_view key);

// The path if a backup may contain it; nullopt for any other. Every path of an archive is checked
// with this before it becomes a file.
std::optional<std::filesystem::path> known_file(std::string_view name);

struct Manifest {
    static constexpr std::int64_t kFormat = 1;

    std::string program;  // version of the program that made it
    std::string made;     // 2025-02-13T10:17:05Z
    std::uint64_t photos = 0;
    std::uint64_t bytes = 0;           // of their blobs
    std::string catalog_sha256;        // lower-case hex
    std::vector<std::string> damaged;  // keys of blobs that were damaged or missing then

    bool operator==(const Manifest&) const = default;
};

std::string to_json(const Manifest& manifest);

// Fault::malformed if it is not a manifest, or has a later format.
Result<Manifest> parse_manifest(std::string_view json);

}  // namespace cameo::transfer
