#pragma once

#include <filesystem>
#include <string>

#include "access/signing_key.h"
#include "base/result.h"
#include "directory/directory.h"
#include "photo/photos.h"

// A demo organisation: people to look at in a new data folder.
namespace cameo::app {

// Adds the demo people that are not there yet and gives most of them a photograph from
// `photos_folder` (PNG and JPEG files by name), or a drawn portrait where that folder has none. A
// second call changes nothing. Returns a sentence on what was done.
Result<std::string> fill_demo(directory::Directory& directory, photo::Photos& photos,
                              const directory::Tenant& tenant,
                              const std::filesystem::path& photos_folder);

// Three curl lines that work when pasted, tokens included: my photo, a 48x48 of somebody by
// userPrincipalName, the metadata. `origin` is like http://127.0.0.1:8080.
Result<std::string> demo_curl_lines(const access::SigningKey& key, const directory::Tenant& tenant,
                                    const std::string& origin, Instant now);

}  // namespace cameo::app
