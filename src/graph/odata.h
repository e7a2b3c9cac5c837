#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/request.h"

// The OData system query options that reads take, and how much metadata the answer carries.
namespace cameo::graph {

// `odata.metadata=` of Accept or $format: OData JSON format 4.01 section 3.1.
enum class MetadataLevel : std::uint8_t { none, minimal, full };

struct Options {
    MetadataLevel level = MetadataLevel::minimal;
    // Property names of $select in the order sent, each once; nullopt where all are meant.
    std::optional<std::vector<std::string>> select;

    bool selects(std::string_view property) const;
};

// Reads the query and Accept. Fault::malformed for an option that is not supported ($expand and its
// kin), a bad escape, or another $format than json. Options without $ are ignored, as Graph does.
Result<Options> parse_options(std::string_view query, std::string_view accept);

// `(id,width)` for a context URL; empty where all properties are meant.
std::string select_suffix(const Options& options);

}  // namespace cameo::graph
