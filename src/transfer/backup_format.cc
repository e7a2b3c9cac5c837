#include "transfer/backup_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

namespace cameo::transfer {
namespace {

namespace json = boost::json;

constexpr std::string_view kBlobSuffix = ".blob";

bool is_key(std::string_view text) {
    return text.size() == 32 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::string text_at(const json::object& object, std::string_view name) {
    return std::string(object.at(name).as_string());
}

Manifest read(const json::object& object) {
    Manifest manifest{.program = text_at(object, "program"),
                      .made = text_at(object, "made"),
                      .photos = object.at("photos").to_number<std::uint64_t>(),
                      .bytes = object.at("bytes").to_number<std::uint64_t>(),
                      .catalog_sha256 = text_at(object, "catalog_sha256")};
    for (const auto& key : object.at("damaged").as_array())
        manifest.damaged.emplace_back(key.as_string());
    return manifest;
}

}  // namespace

std::filesystem::path blob_file(std::string_view key) {
    return std::filesystem::path("blobs") / key.substr(0, 2) / key.substr(2, 2) /
           fmt::format("{}{}", key, kBlobSuffix);
}

std::optional<std::filesystem::path> known_file(std::string_view name) {
    if (name.starts_with("./")) name.remove_prefix(2);
    if (name == kCatalogFile || name == kKeyFile || name == kManifestFile) return name;
    const auto slash = name.rfind('/');
    if (slash == std::string_view::npos || !name.ends_with(kBlobSuffix)) return std::nullopt;
    auto key = name.substr(slash + 1);
    key.remove_suffix(kBlobSuffix.size());
    if (!is_key(key) || blob_file(key).native() != name) return std::nullopt;
    return name;
}

std::string to_json(const Manifest& manifest) {
    json::array damaged(manifest.damaged.begin(), manifest.damaged.end());
    return json::serialize(json::object{{"format", Manifest::kFormat},
                                        {"program", manifest.program},
                                        {"made", manifest.made},
                                        {"photos", manifest.photos},
                                        {"bytes", manifest.bytes},
                                        {"catalog_sha256", manifest.catalog_sha256},
                                        {"damaged", std::move(damaged)}}) +
           "\n";
}

Result<Manifest> parse_manifest(std::string_view text) {
    try {
        const auto value = json::parse(text);
        const auto& object = value.as_object();
        const auto format = object.at("format").to_number<std::int64_t>();
        if (format != Manifest::kFormat)
            return fail(Fault::malformed,
                        fmt::format("the backup has format {}, this program knows format {}: use "
                                    "the version that made it",
                                    format, Manifest::kFormat));
        return read(object);
    } catch (const std::exception&) {
        return fail(Fault::malformed,
                    fmt::format("{} is not a manifest of a backup", kManifestFile));
    }
}

}  // namespace cameo::transfer
