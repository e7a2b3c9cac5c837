#pragma once

#include <filesystem>
#include <string>

#include "access/builtin_issuer.h"
#include "base/clock.h"
#include "base/result.h"
#include "directory/directory.h"
#include "directory/objects.h"
#include "photo/photos.h"

// A demo organisation in a data folder: people, groups, teams and an address book.
namespace cameo::demo {

// Adds the missing entries with their photos: a photograph from `photos_folder` (PNG and JPEG files
// by name) or a drawing. Existing entries are not changed, so a second call does nothing and an old
// demo gets new entries. Returns a sentence with the additions.
Result<std::string> add_demo_data(directory::Directory& directory, photo::Photos& photos,
                                  const directory::Tenant& tenant,
                                  const std::filesystem::path& photos_folder);

// The person of demo_curl_lines, who owns most of the demo's groups.
directory::User demo_person(const directory::Tenant& tenant);

// A line that sets $token, then curl lines that work when pasted after it: a photo of every kind
// of owner, one size, the metadata. `origin` is like http://127.0.0.1:8080.
Result<std::string> demo_curl_lines(const access::SigningKey& key, const directory::Tenant& tenant,
                                    const std::string& origin, Instant now);

}  // namespace cameo::demo
