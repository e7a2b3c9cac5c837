#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "directory/objects.h"
#include "transfer/export.h"

namespace cameo::transfer {

struct PersonExportReport {
    std::size_t files = 0;
    std::vector<std::string> damaged;  // files left out: the bytes are missing or wrong
};

// Writes all that the stores have about one person to a zip file, mode 0600, which it replaces as a
// whole: the entry, groups, contacts and records of photos as person.json; every size of the photo,
// of the former photos and of the contacts' photos as JPEG files (docs/transfer.md, "One person's
// data"). Changes nothing in the stores. Fault::internal if one of them cannot be read, or the file
// cannot be written.
Result<PersonExportReport> export_person(const ExportPorts& ports, const directory::User& person,
                                         const std::filesystem::path& file);

}  // namespace cameo::transfer
